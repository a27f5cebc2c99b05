import { emptyHost, endRunners, runPlugin } from '../support/sandboxed-plugin.js';

const maxBlockedMs = 200;

describe('a plugin whose results and errors are traps', () => {
  afterEach(endRunners);

  async function spring(plugin: string, handler: string) {
    const { runner, attack } = await runPlugin(plugin);
    const { outcome, blockedMs } = await attack(handler);
    expect(blockedMs).toBeLessThan(maxBlockedMs);
    expect(await runner.call({ kind: 'ping' }, {}, emptyHost)).toMatchObject({ ok: true });
    return outcome;
  }

  it.each([
    ['thrown-traps', 'getter'],
    ['thrown-traps', 'proxy'],
    ['thrown-traps', 'name'],
    ['thrown-traps', 'cause'],
    ['result-traps', 'thenable'],
    ['result-traps', 'lateThenable'],
    ['result-traps', 'selfThenable'],
    ['result-traps', 'toJSON'],
    ['result-traps', 'proxy'],
    ['unhandled-trap', 'attack'],
  ])('is stopped in its time: %s, %s', async (plugin, handler) => {
    expect(await spring(plugin, handler)).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/^(timeout|cpu)$/),
    });
  });

  it.each([
    ['text', /has no text/],
    ['throwing', /has no text/],
    ['symbol', /^Symbol\(no text\)$/],
    ['nothing', /^null$/],
    ['long', /^Error: x{493}$/],
  ])('has its error told as a short text: %s', async (handler, message) => {
    expect(await spring('thrown-traps', handler)).toMatchObject({
      ok: false,
      reason: 'thrown',
      message: expect.stringMatching(message),
    });
  });

  it.each([
    ['circle', /circular/],
    ['bigint', /BigInt/],
  ])('has a result refused that is no JSON: %s', async (handler, message) => {
    expect(await spring('result-traps', handler)).toMatchObject({
      ok: false,
      reason: 'thrown',
      message: expect.stringMatching(message),
    });
  });

  it.each([
    ['nothing', null],
    ['code', null],
    ['lines', 'one\ntwo\u2028three\ud800'],
  ])('has its result kept as JSON has it: %s', async (handler, value) => {
    expect(await spring('result-traps', handler)).toMatchObject({ ok: true, value });
  });

  it.each(['plain', 'disguised'])(
    'keeps its result when a promise that nobody handles is rejected: %s',
    async (handler) => {
      expect(await spring('unhandled-trap', handler)).toMatchObject({ ok: true, value: 'done' });
    },
  );

  it.each(['prepared', 'unhandled', 'limit'])(
    'gets no further with code that runs when a stack is looked at: %s',
    async (handler) => {
      const outcome = await spring('stack-traps', handler);

      expect(outcome.ok ? 'kept' : outcome.reason).toMatch(/^(kept|thrown|timeout|cpu)$/);
    },
  );
});
