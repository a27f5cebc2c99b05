import { endRunners, emptyHost, runPlugin } from '../support/sandboxed-plugin.js';

const maxBlockedMs = 200;

describe('a plugin that says too much', () => {
  afterEach(endRunners);

  it.each(['waiting', 'atOnce', 'caught'])(
    'is ended when it asks the host ten million times: %s',
    async (handler) => {
      const { runner, attack } = await runPlugin('host-flood');
      let asked = 0;
      const host = () => {
        asked += 1;
        return Promise.resolve(null);
      };

      const { outcome, blockedMs } = await attack(handler, host);

      // On a busy machine it may have used up its memory before it is stopped.
      expect(outcome).toMatchObject({
        ok: false,
        reason: expect.stringMatching(/^(too-many-host-calls|memory)$/),
      });
      expect(asked).toBeLessThanOrEqual(100);
      expect(blockedMs).toBeLessThan(maxBlockedMs);
      expect(await runner.call({ kind: 'ping' }, {}, emptyHost)).toMatchObject({ ok: true });
    },
  );

  it('may ask the host a hundred times, and twenty times at once', async () => {
    const { attack } = await runPlugin('host-flood');
    const waiting: (() => void)[] = [];
    let most = 0;
    // Nothing is answered before twenty are asked, so whoever asked one by one would not end.
    const host = () =>
      new Promise<void>((resolve) => {
        most = Math.max(most, waiting.push(resolve));
        if (waiting.length === 20) setImmediate(releaseAll);
      });
    const releaseAll = () => {
      for (const release of waiting.splice(0)) release();
    };

    const { outcome } = await attack('allowed', host);

    expect(outcome).toMatchObject({ ok: true, value: 100 });
    expect(most).toBe(20);
  });

  it('has a result of 200 MB refused', async () => {
    const { runner, attack } = await runPlugin('large-results');

    const { outcome, blockedMs } = await attack('attack');

    expect(outcome).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/^(too-large|memory|cpu|timeout)$/),
    });
    expect(blockedMs).toBeLessThan(maxBlockedMs);
    expect(await runner.call({ kind: 'ping' }, {}, emptyHost)).toMatchObject({ ok: true });
  });

  it('has its result measured in bytes, and the largest one kept', async () => {
    const { attack } = await runPlugin('large-results');

    expect((await attack('bytes')).outcome).toMatchObject({ ok: false, reason: 'too-large' });
    expect((await attack('largest')).outcome).toMatchObject({
      ok: true,
      value: expect.stringMatching(/^x{999998}$/),
    });
  });

  it('cannot send the host 200 MB', async () => {
    const { runner, attack } = await runPlugin('large-results');
    const host = jest.fn(emptyHost);

    const { outcome } = await attack('argument', host);

    expect(outcome).toMatchObject({ ok: false });
    expect(host).not.toHaveBeenCalled();
    expect(await runner.call({ kind: 'ping' }, {}, emptyHost)).toMatchObject({ ok: true });
  });

  it('has its error cut to 500 characters', async () => {
    const { attack } = await runPlugin('large-results');

    expect((await attack('error')).outcome).toMatchObject({
      ok: false,
      reason: 'thrown',
      message: expect.stringMatching(/^Error: x{493}$/),
    });
  });

  it('has its log cut to 8 KB', async () => {
    const { attack } = await runPlugin('large-results');

    const { outcome } = await attack('log');

    expect(outcome).toMatchObject({ ok: true, value: 'done' });
    expect(outcome.logs.map(({ text }) => text.length)).toEqual([8192]);
  });

  it('cannot answer or ask with JSON that nests deeper than 64 levels', async () => {
    const { runner, attack } = await runPlugin('deep-json');
    const host = jest.fn(emptyHost);

    expect((await attack('result')).outcome).toMatchObject({ ok: false, reason: 'too-large' });
    expect((await attack('bottomless')).outcome).toMatchObject({ ok: false });
    expect((await attack('argument', host)).outcome).toMatchObject({ reason: 'refused' });
    expect(host).not.toHaveBeenCalled();
    expect((await attack('flat')).outcome).toMatchObject({ ok: true });
    expect(await runner.call({ kind: 'ping' }, {}, emptyHost)).toMatchObject({ ok: true });
  });

  it('is not called with more than a megabyte', async () => {
    const { runner } = await runPlugin('clean');

    expect(
      await runner.call({ kind: 'endpoint', handler: 'look' }, 'x'.repeat(1_000_000), emptyHost),
    ).toMatchObject({ ok: false, reason: 'too-large' });
  });
});
