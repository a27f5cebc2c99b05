import { endRunners, packageWith, runPlugin } from '../support/sandboxed-plugin.js';

describe('a plugin that reaches for the host', () => {
  afterEach(endRunners);

  it('finds nothing of it among its globals', async () => {
    const { attack } = await runPlugin('reaches-for-the-host');

    expect((await attack('globals')).outcome).toMatchObject({ ok: true, value: [] });
  });

  it('finds nothing of it by the constructors of what it was given', async () => {
    const { attack } = await runPlugin('reaches-for-the-host');

    expect((await attack('constructors')).outcome).toMatchObject({
      ok: true,
      value: [[], [], [], [], [], [], []],
    });
    expect(
      (await attack('sameRealm', () => Promise.resolve({ given: [1] }))).outcome,
    ).toMatchObject({ ok: true, value: true });
  });

  it('reaches no handle of the engine from anything that it can reach', async () => {
    const { attack } = await runPlugin('reaches-for-the-host');

    expect((await attack('handles', () => Promise.resolve({ given: [1] }))).outcome).toMatchObject({
      ok: true,
      value: [],
    });
  });

  it.each([
    ['dynamicImport', 6],
    ['stack', 0],
    ['callers', 'TypeError'],
    ['changed', 0],
    ['meta', []],
  ])('gets nothing by %s', async (handler, value) => {
    const { attack } = await runPlugin('reaches-for-the-host');

    expect((await attack(handler)).outcome).toMatchObject({ ok: true, value });
  });

  it.each([
    'node:fs',
    'fs',
    'isolated-vm',
    'promptd:./bootstrap.js',
    'promptd:bootstrap',
    '/etc/passwd',
    'file:///etc/passwd',
    'data:text/javascript,export default 1',
    'https://example.com/x.js',
    '../outside.js',
    './missing.js',
    './data.json',
    './sub/../../index.js',
  ])('cannot import %s', async (specifier) => {
    const plugin = packageWith({
      'index.js': `import * as found from ${JSON.stringify(specifier)}; export default { found };`,
      'data.json': '{}',
    });

    await expect(runPlugin(plugin)).rejects.toMatchObject({
      reason: 'thrown',
      message: expect.stringContaining(`index.js imports "${specifier}"`),
    });
  });

  it('may import its own modules, in a circle too', async () => {
    const plugin = packageWith({
      'index.js':
        "import { one } from './lib/one.js'; import { definePlugin } from 'promptd:api';" +
        ' export default definePlugin({ endpoints: { attack: () => one() } });',
      'lib/one.js': "import { two } from './deep/two.mjs'; export const one = () => two() + 1;",
      'lib/deep/two.mjs': "import { one } from '../one.js'; export const two = () => typeof one;",
    });

    const { attack } = await runPlugin(plugin);

    expect((await attack('attack')).outcome).toMatchObject({ ok: true, value: 'function1' });
  });

  it('names no operation that the registry has no function for', async () => {
    const { attack } = await runPlugin('odd-operations');
    const asked: string[] = [];
    const host = (op: string) => {
      asked.push(op);
      return Promise.resolve(null);
    };

    expect((await attack('attack', host)).outcome).toMatchObject({ ok: true });
    expect(asked).toEqual([]);
  });

  it('pollutes no prototype of the host by what it sends', async () => {
    const { attack } = await runPlugin('odd-operations');
    const host = (_: string, argument: unknown) => Promise.resolve(argument);

    expect((await attack('protoKey', host)).outcome).toMatchObject({ ok: true, value: null });
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('gains nothing by replacing everything that can be replaced', async () => {
    const { attack } = await runPlugin('replaced-primordials');
    const asked: unknown[] = [];
    const host = (op: string, argument: unknown) => {
      asked.push([op, argument]);
      return Promise.resolve('stored');
    };

    const { outcome } = await attack('attack', host);

    expect(outcome).toMatchObject({ ok: true, value: { stored: 'stored', handles: 0 } });
    expect(outcome.logs).toEqual([{ level: 'info', text: 'logged' }]);
    expect(asked).toEqual([['kv.get', { key: 'still' }]]);
    expect((await attack('thrown')).outcome).toMatchObject({
      reason: 'thrown',
      message: 'TypeError: as it was',
    });
    expect((await attack('after')).outcome).toMatchObject({ ok: true, value: 'works' });
  });

  it('forges nothing with a text that would be a message', async () => {
    const { attack } = await runPlugin('forged-json');
    const forged = '"}\n{"type":"kept","call":17}';
    const asked: unknown[] = [];
    const host = (op: string, argument: unknown) => {
      asked.push([op, argument]);
      return Promise.resolve(null);
    };

    expect((await attack('attack', host)).outcome).toMatchObject({ ok: true, value: forged });
    expect(asked).toEqual([['kv.set', forged]]);
  });
});

describe('a plugin that reaches for other calls', () => {
  afterEach(endRunners);

  it('sees nothing of another plugin', async () => {
    const [hostile, clean] = [await runPlugin('keeps-state'), await runPlugin('clean')];

    await hostile.attack('plant');

    expect((await clean.attack('look')).outcome).toMatchObject({
      ok: true,
      value: { planted: null, ofObjects: null },
    });
  });

  it('sees nothing of a call of its own that runs at the same time', async () => {
    const { runner } = await runPlugin('keeps-state');
    const busy = (mine: number) =>
      runner.call({ kind: 'endpoint', handler: 'busy' }, { mine }, () => Promise.resolve(null));

    const outcomes = await Promise.all([busy(1), busy(2), busy(3)]);

    expect(outcomes).toMatchObject(
      [1, 2, 3].map((mine) => ({ ok: true, value: { mine, seen: mine } })),
    );
  });

  it('asks nothing in the name of a call that has ended', async () => {
    const { attack } = await runPlugin('keeps-a-call');
    const asked: unknown[] = [];
    const hostOf = (caller: string) => (op: string, argument: unknown) => {
      asked.push([caller, op, argument]);
      return Promise.resolve(caller);
    };

    expect((await attack('leave', hostOf('first'))).outcome).toMatchObject({ value: 'left' });
    expect((await attack('use', hostOf('second'))).outcome).toMatchObject({
      value: 'nothing came',
    });
    expect((await attack('caller', hostOf('third'))).outcome).toMatchObject({ value: 'third' });

    expect(asked).toEqual([
      ['first', 'kv.get', { key: 'slow' }],
      ['third', 'kv.get', { key: 'who' }],
    ]);
  });

  it('gets no answer of the host that comes after its call', async () => {
    const { runner, attack } = await runPlugin('waits-for-the-host', { wallMs: 200 });
    let answerLate: (value: unknown) => void = () => undefined;

    const { outcome } = await attack(
      'wait',
      () => new Promise((resolve) => (answerLate = resolve)),
    );
    answerLate('late');

    expect(outcome).toMatchObject({ ok: false, reason: 'timeout' });
    expect(
      await runner.call({ kind: 'endpoint', handler: 'quick' }, {}, () => Promise.resolve(null)),
    ).toMatchObject({ ok: true, value: 'quick' });
  });
});
