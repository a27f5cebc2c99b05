import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { problem } from '../support/expect-problem.js';
import type { RunningPlugin } from '../../src/plugins/catalog/life/running-plugin.js';
import { guard, guardedEvent, publish } from '../support/plugins/guarding-plugin.js';
import { PluginWorkspace } from '../support/plugins/plugin-workspace.js';
import { PromptWorkspace, uniqueName } from '../support/prompt-workspace.js';
import { runnerProgram } from '../support/sandboxed-plugin.js';
import { until } from '../support/until.js';

// The first test of a run waits for the build.
jest.setTimeout(180_000);

/** More than open a circuit. */
const often = 6;

let app: FreshApplication;
let plugins: PluginWorkspace;
let space: PromptWorkspace;

beforeAll(async () => {
  app = await freshApplication({ PROMPTD_PLUGINS_WATCH: 'off' }, runnerProgram());
  plugins = await PluginWorkspace.of(app);
  space = await PromptWorkspace.create(app);
  await space.publish('there', '1.0.0');
});
afterAll(() => app.close());

/** Reads the prompt that it is asked for, and does this when it is refused. Answers its name. */
async function serveReader(whenRefused: string): Promise<string> {
  const name = uniqueName('acme.reads');
  const code = `
    import { definePlugin, registry } from 'promptd:api';
    const read = (name) => registry.prompts.get({ name, selector: 'latest' });
    export default definePlugin({
      endpoints: {
        read: async ({ query }) => {
          try { return { status: 200, body: (await read(query.name)).version }; }
          catch (refusal) { ${whenRefused} }
        },
      },
    });
  `;
  const endpoints = [{ handler: 'read', method: 'GET', path: '/read', roles: ['viewer'] }];
  await plugins.serve({ name, code, manifest: { capabilities: ['prompts:read'], endpoints } });
  return name;
}

const read = (plugin: string, name: string, token = app.admin.token) =>
  app.as(token, 'get', `/v1/plugins/${plugin}/read`).query({ project: space.project, name });

describe('a plugin that promptd refuses what its callers ask for', () => {
  it('goes on for everybody when it lets them go, and tells what it was', async () => {
    const plugin = await serveReader('throw refusal;');
    const viewer = await space.signInAs('viewer');

    for (let call = 0; call < often; call += 1) {
      const { body } = await read(plugin, 'nowhere', viewer).expect(
        problem(502, 'plugin-failed', { plugin, reason: 'thrown' }),
      );
      expect(body.pluginMessage).toMatch(/^Error: /);
    }

    await read(plugin, 'there').expect(200, '1.0.0');
    expect(await plugins.look(plugin)).toMatchObject({
      ...{ state: 'active', counters: { calls: often + 1, failures: 0 } },
      lastError: { message: expect.stringMatching(/^refused: Error: /) },
    });
    const { text } = await app.asAdmin('get', '/metrics');
    expect(text).toContain(
      `promptd_plugin_calls_total{plugin="${plugin}",outcome="refused"} ${often}`,
    );
  });

  it('is left alone all the same when it then fails by itself', async () => {
    const plugin = await serveReader('refusal.text.length;');

    for (let call = 0; call < 5; call += 1) {
      await read(plugin, 'nowhere').expect(problem(502, 'plugin-failed', { reason: 'thrown' }));
    }

    await read(plugin, 'there').expect(problem(503, 'plugin-unavailable', { reason: 'busy' }));
    expect(await plugins.look(plugin)).toMatchObject({
      ...{ state: 'degraded', counters: { failures: 5 } },
    });
  });

  it('is left alone all the same when it fails in between', async () => {
    const plugin = await serveReader("if (query.name === 'wrong') null.text; throw refusal;");

    for (let call = 0; call < 5; call += 1) {
      await read(plugin, 'nowhere').expect(502);
      await read(plugin, 'wrong').expect(502);
    }

    await read(plugin, 'there').expect(problem(503, 'plugin-unavailable', { reason: 'busy' }));
  });
});

describe('a guard that is asked more than it has time for', () => {
  it('is asked no more than is waited for, and goes on for everybody', async () => {
    const name = uniqueName('acme.slow');
    const code = `
      import { definePlugin, registry } from 'promptd:api';
      export default definePlugin({
        hooks: {
          '${guardedEvent}': async () => {
            await registry.sleep(300);
            await registry.kv.get('settings');
            return { decision: 'allow' };
          },
        },
      });
    `;
    const manifest = { endpoints: [], ...guard(), capabilities: ['kv'] };
    await plugins.serve({ name, code, manifest });
    const running = plugins.active(name) as RunningPlugin;
    const before = running.stats().calls;

    const answers = await Promise.all(Array.from({ length: 24 }, () => publish(space)));
    await until(
      () => Promise.resolve(running.stats()),
      ({ callsInFlight }) => callsInFlight === 0,
    );

    expect(new Set(answers.map(({ status }) => status))).toContain(503);
    expect(running.stats().calls - before).toBeLessThan(24);
    expect(await plugins.look(name)).toMatchObject({ state: 'active', counters: { failures: 0 } });
    expect((await publish(await PromptWorkspace.create(app))).status).toBe(201);
    await plugins.act(name, 'disable').expect(200);
  });
});
