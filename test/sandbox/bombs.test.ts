import { emptyHost, endRunners, runPlugin } from '../support/sandboxed-plugin.js';

const maxBlockedMs = 200;
/** The wall time of a call, and what stopping it may take on a busy machine. */
const maxTookMs = 8000;
const maxRssBytes = 300 * 1024 * 1024;
/** What can be filled between two looks at the memory. */
const slackBytes = 400 * 1024 * 1024;

describe('a plugin that is a bomb', () => {
  afterEach(endRunners);

  it.each([
    'string',
    'split',
    'normalize',
    'map',
    'array',
    'nested',
    'bigint',
    'shift',
    'buffer',
    'resizable',
    'regexp',
    'deepRegexp',
    'sort',
    'recursion',
    'closures',
    'generator',
    'format',
  ])('harms nobody but its own call: %s', async (handler) => {
    const { runner, attack } = await runPlugin('bombs');

    const { outcome, tookMs, blockedMs } = await attack(handler);

    expect(outcome).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/^(thrown|timeout|cpu|memory|crashed)$/),
    });
    expect(tookMs).toBeLessThan(maxTookMs);
    expect(blockedMs).toBeLessThan(maxBlockedMs);
    expect(runner.stats().peakRssBytes).toBeLessThan(maxRssBytes + slackBytes);
    expect(await runner.call({ kind: 'ping' }, {}, emptyHost)).toMatchObject({ ok: true });
  });

  it.each(['split', 'resizable'])(
    'is killed for memory that the limit of an isolate does not see: %s',
    async (handler) => {
      // On a busy machine the processor time of a call would be over before.
      const { kills, attack } = await runPlugin('bombs', { cpuMs: 10_000, wallMs: 60_000 });

      const { outcome } = await attack(handler);

      expect(outcome).toMatchObject({ ok: false, reason: 'memory' });
      expect(kills).toMatchObject([{ what: 'process', reason: 'memory' }]);
    },
  );

  it('takes the process with it when it cannot be stopped, and another one is there', async () => {
    const { runner, kills, attack } = await runPlugin('bombs');
    const { pid } = runner.stats();

    expect((await attack('bigint')).outcome).toMatchObject({ ok: false, reason: 'cpu' });

    expect(await runner.call({ kind: 'ping' }, {}, emptyHost)).toMatchObject({ ok: true });
    expect(kills).toMatchObject([{ what: 'process' }]);
    expect(runner.stats()).toMatchObject({ kills: 1, starts: 2 });
    expect(runner.stats().pid).not.toBe(pid);
  });
});
