import { RunnerStartError } from '../../src/plugins/index.js';
import { emptyHost, endRunners, runPlugin, packageWith } from '../support/sandboxed-plugin.js';

const maxBlockedMs = 200;

describe('a plugin that never ends', () => {
  afterEach(endRunners);

  it('does not start when it loops while it is loaded', async () => {
    await expect(runPlugin('loop-at-load')).rejects.toMatchObject({
      name: 'RunnerStartError',
      reason: expect.stringMatching(/^(timeout|cpu)$/),
    });
  });

  it('does not start when what it throws loops while it is loaded', async () => {
    const plugin = packageWith({
      'index.js': 'throw { get message() { for (;;); }, get stack() { for (;;); } };',
    });

    await expect(runPlugin(plugin)).rejects.toBeInstanceOf(RunnerStartError);
  });

  it('does not start when reading its definition loops', async () => {
    const plugin = packageWith({
      'index.js': 'export default { get hooks() { for (;;); } };',
    });

    await expect(runPlugin(plugin)).rejects.toMatchObject({
      reason: expect.stringMatching(/^(timeout|cpu)$/),
    });
  });

  it('does not start when it waits for ever before it is loaded', async () => {
    const plugin = packageWith({
      'index.js': 'await new Promise(() => {}); export default {};',
    });

    await expect(runPlugin(plugin)).rejects.toMatchObject({ reason: 'thrown' });
  });

  it('loses its hook after a tenth of a second', async () => {
    const { runner } = await runPlugin('loop-in-hook');
    const startedAt = performance.now();

    const outcome = await runner.call(
      { kind: 'hook', event: 'version.beforePublish' },
      {},
      emptyHost,
    );

    expect(outcome).toMatchObject({ ok: false, reason: 'timeout' });
    // A busy machine adds to it, and it is nothing like the five seconds of other calls.
    expect(performance.now() - startedAt).toBeLessThan(3000);
    expect(await runner.call({ kind: 'ping' }, {}, emptyHost)).toMatchObject({ ok: true });
  });

  it.each([
    ['after it waited for the host', 'loop-after-await'],
    ['in what it leaves behind when it has answered', 'loop-in-microtasks'],
  ])('is stopped when it loops %s', async (_, name) => {
    const { runner, attack } = await runPlugin(name);

    const { outcome, blockedMs } = await attack('attack');

    expect(outcome).toMatchObject({ ok: false });
    expect(outcome).toHaveProperty('reason', expect.stringMatching(/^(timeout|cpu)$/));
    expect(blockedMs).toBeLessThan(maxBlockedMs);
    expect(await runner.call({ kind: 'ping' }, {}, emptyHost)).toMatchObject({ ok: true });
  });

  it('may not divide among many turns what it may not use in one', async () => {
    const { runner } = await runPlugin('many-short-turns', { cpuMs: 300 });

    const outcome = await runner.call({ kind: 'hook', event: 'version.published' }, {}, emptyHost);

    expect(outcome).toMatchObject({ ok: false, reason: 'cpu' });
    expect(await runner.call({ kind: 'ping' }, {}, emptyHost)).toMatchObject({ ok: true });
  });

  it('is told so at once when nothing can settle its promise', async () => {
    const { runner, kills, attack } = await runPlugin('never-settles');

    const { outcome, tookMs } = await attack('attack');

    expect(outcome).toMatchObject({ ok: false, reason: 'timeout' });
    expect(tookMs).toBeLessThan(3000);
    expect(await runner.call({ kind: 'ping' }, {}, emptyHost)).toMatchObject({ ok: true });
    expect(kills).toEqual([]);
  });

  it('ends with its wall time when it waits for the host, and is not killed for that', async () => {
    const { runner, kills, attack } = await runPlugin('endless-waiting', { wallMs: 300 });

    const { outcome } = await attack('attack');

    expect(outcome).toMatchObject({ ok: false, reason: 'timeout' });
    expect(await runner.call({ kind: 'ping' }, {}, emptyHost)).toMatchObject({ ok: true });
    expect(kills).toEqual([]);
  });

  it('ends with its wall time when the host never answers', async () => {
    const { runner, attack } = await runPlugin('waits-for-the-host', { wallMs: 300 });

    const { outcome } = await attack('wait', () => new Promise(() => undefined));

    expect(outcome).toMatchObject({ ok: false, reason: 'timeout' });
    expect(await runner.call({ kind: 'ping' }, {}, emptyHost)).toMatchObject({ ok: true });
  });
});
