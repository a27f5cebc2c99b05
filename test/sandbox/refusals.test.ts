import type { HostCall } from '../../src/plugins/index.js';
import { forbidden } from '../../src/platform/errors/index.js';
import { endRunners, packageWith, runPlugin } from '../support/sandboxed-plugin.js';

/** A plugin that is refused something, and then does this. All its calls run in one isolate. */
async function refusedPlugin(then: string) {
  const plugin = packageWith({
    'index.js': `
      import { definePlugin, registry } from 'promptd:api';
      export default definePlugin({
        endpoints: {
          ask: async () => {
            try { await registry.kv.get('settings'); } catch (refusal) { ${then} }
          },
        },
      });
    `,
  });
  const { attack } = await runPlugin(plugin, { rssMb: 130 });
  return async (host: HostCall) => {
    const { outcome } = await attack('ask', host);
    return outcome.ok ? 'kept' : outcome.reason;
  };
}

const refusing: HostCall = () => Promise.reject(forbidden('Not yours.'));
const failing: HostCall = () => Promise.reject(new Error('the database is away'));

describe('a call of a plugin that the host refused something', () => {
  afterEach(endRunners);

  it.each([
    ['lets that go', 'throw refusal;'],
    ['names it as the cause of its own error', "throw new Error('no', { cause: refusal });"],
  ])('was refused when the plugin %s', async (_, then) => {
    const ask = await refusedPlugin(then);

    expect(await ask(refusing)).toBe('refused');
    expect(await ask(failing)).toBe('refused');
  });

  it.each([
    ['fails at something else', 'refusal.text.length;'],
    ['throws what reads like it', 'throw Object.assign(new Error(refusal.message), refusal);'],
    ['throws that of an earlier call', 'globalThis.kept ??= refusal; throw globalThis.kept;'],
    ['has a cause that cannot be read', 'throw { message: "", get cause() { throw refusal; } };'],
    ['throws nothing', 'throw undefined;'],
  ])('has failed by itself when the plugin %s', async (_, then) => {
    const ask = await refusedPlugin(then);

    await ask(refusing);

    expect(await ask(refusing)).toBe('thrown');
  });

  it('is answered when the plugin deals with it', async () => {
    const ask = await refusedPlugin('return refusal.message;');

    expect(await ask(refusing)).toBe('kept');
  });
});
