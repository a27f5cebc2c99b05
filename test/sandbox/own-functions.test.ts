import { emptyHost, endRunners, packageWith, runPlugin } from '../support/sandboxed-plugin.js';

const plugin = packageWith({
  'index.js': `
    import { definePlugin, registry } from 'promptd:api';
    export default definePlugin({
      endpoints: {
        attack: async () => {
          const before = await registry.now();
          await registry.sleep(50);
          const waitedMs = (await registry.now()) - before;
          const ids = [await registry.randomUUID(), await registry.randomUUID()];
          await registry.log('warn', 'seen');
          return { before, waitedMs, ids };
        },
      },
    });
  `,
});

describe('what a plugin may have without being granted anything', () => {
  afterEach(endRunners);

  it('is the time, a pause, ids and lines of the log, and no question to the host', async () => {
    const { attack } = await runPlugin(plugin);
    const host = jest.fn(emptyHost);
    const startedAt = Date.now();

    const { outcome } = await attack('attack', host);

    const uuid = expect.stringMatching(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(outcome).toMatchObject({ ok: true, value: { ids: [uuid, uuid] } });
    expect(outcome.logs).toEqual([{ level: 'warn', text: 'seen' }]);
    const { before, waitedMs, ids } = (outcome as { value: Record<string, never> }).value;
    expect(before).toBeGreaterThanOrEqual(startedAt);
    expect(waitedMs).toBeGreaterThanOrEqual(45);
    expect(new Set(ids).size).toBe(2);
    expect(host).not.toHaveBeenCalled();
  });
});
