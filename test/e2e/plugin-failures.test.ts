import { setImmediate } from 'node:timers/promises';
import { PluginWorkspace, saying } from '../support/plugins/plugin-workspace.js';
import { readsDuring } from '../support/plugins/reads-during.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { eventsOf } from '../support/people.js';
import { PromptWorkspace } from '../support/prompt-workspace.js';
import { emptyHost, endpoint, runnerProgram } from '../support/sandboxed-plugin.js';
import { until } from '../support/until.js';
import type { RunningPlugin } from '../../src/plugins/catalog/life/running-plugin.js';

// The first test of a run waits for the build.
jest.setTimeout(180_000);

const INSTANCE = '00000000-0000-0000-0000-000000000000';
/** A server of two cores that runs this test beside others; alone it takes a few milliseconds. */
const BOUND_MS = 2_000;

const waits = 'return await registry.prompts.list({});';
const capabilities = ['prompts:read'];

let app: FreshApplication;
let plugins: PluginWorkspace;
let next = 0;
let name: string;

beforeAll(async () => {
  app = await freshApplication({ PROMPTD_PLUGINS_WATCH: 'off' }, runnerProgram());
  plugins = await PluginWorkspace.of(app);
});
afterAll(() => app.close());
beforeEach(() => {
  next += 1;
  name = `acme.plugin-${next}`;
});
afterEach(async () => {
  await plugins.remove(name);
  await plugins.rescan().expect(200);
});

const running = () => plugins.active(name) as RunningPlugin | undefined;

/** Kills the runner of the plugin while it answers a call, and says what became of the call. */
async function killInMidCall() {
  const { pid } = await until(
    async () => {
      await setImmediate();
      return running()!.stats();
    },
    (stats) => stats.pid !== undefined,
  );
  return running()!.call(endpoint('say'), {}, () => {
    process.kill(pid!, 'SIGKILL');
    return new Promise(() => undefined);
  });
}

describe('a plugin whose runner is killed', () => {
  it('answers the call with that, and the next one from another process', async () => {
    await plugins.serve({ name, code: saying(waits), manifest: { capabilities } });

    expect(await killInMidCall()).toMatchObject({ ok: false, reason: 'crashed' });

    const said = await until(
      () => plugins.say(name),
      (outcome) => outcome?.ok === true,
    );
    expect(said).toMatchObject({ value: null });
    expect(await plugins.look(name)).toMatchObject({
      ...{ state: 'active', counters: { kills: 1 } },
      lastError: { message: expect.stringContaining('SIGKILL') },
    });
    const { text } = await app.asAdmin('get', '/metrics');
    expect(text).toContain(`promptd_plugin_kills_total{plugin="${name}",what="process"} 1`);
  });

  it('three times is quarantined until somebody enables it, whatever is reloaded', async () => {
    const treeDigest = await plugins.serve({
      ...{ name, code: saying(waits), manifest: { capabilities } },
    });
    for (let kill = 0; kill < 3; kill += 1) await killInMidCall();

    await plugins.becomes(name, { state: 'quarantined' });
    expect(plugins.active(name)).toBeUndefined();
    const events = await until(
      () => eventsOf(app, INSTANCE),
      (all) =>
        all.some(({ type, subject }) => type === 'plugin.quarantined' && subject.id === name),
    );
    expect(events.at(-1)).toMatchObject({ actor: { kind: 'system' }, subject: { id: name } });
    expect((await plugins.act(name, 'reload').expect(409)).body).toMatchObject({
      ...{ code: 'plugin-not-loaded', state: 'quarantined' },
      detail: expect.stringContaining('killed too often'),
    });

    const { body } = await plugins.act(name, 'enable').expect(200);
    expect(body).toMatchObject({ state: 'active', treeDigest });
    await killInMidCall();
    expect(await plugins.look(name)).toMatchObject({ state: 'active' });
  });
});

describe('a plugin that cannot be loaded', () => {
  it.each([
    ['ends its process', "'x'.repeat(2 ** 29 - 24).split('');"],
    ['loops', 'for (;;);'],
  ])('because it %s is told, tried three times, and quarantined', async (_, before) => {
    const prompts = await PromptWorkspace.create(app);
    await prompts.publish('greeting', '1.0.0');
    const treeDigest = await plugins.put({ name, code: saying('', before) });
    await plugins.rescan().expect(200);

    const approved = plugins.approve(name, treeDigest).expect(200).then();
    await readsDuring(prompts, approved, BOUND_MS);

    expect(await plugins.look(name)).toMatchObject({
      ...{ state: 'degraded', lastError: { message: expect.stringContaining('cannot be loaded') } },
    });
    await until(
      () => plugins.act(name, 'load').then(({ body }) => body as { state: string }),
      ({ state }) => state === 'quarantined',
      60_000,
    );
    expect(await plugins.look(name)).toMatchObject({ counters: { kills: 3 } });
  });
});

describe('a plugin that fails', () => {
  it('five times in a row is left alone, and its calls are refused at once', async () => {
    await plugins.serve({ name, code: saying('throw new Error("out of order");') });
    for (let call = 0; call < 5; call += 1) {
      expect(await plugins.say(name)).toMatchObject({ reason: 'thrown' });
    }

    expect(await plugins.say(name)).toMatchObject({ ok: false, reason: 'busy' });

    expect(await plugins.look(name)).toMatchObject({
      ...{ state: 'degraded', counters: { failures: 5 } },
      lastError: { message: 'thrown: Error: out of order' },
    });
    const health = await plugins.health(name);
    expect(health).toMatchObject({ state: 'degraded', failures: 5 });
    expect(health.refusedForMs).toBeGreaterThan(20_000);
    expect((await plugins.act(name, 'reload').expect(200)).body).toMatchObject({ state: 'active' });
  });

  it('because others ask too much of it at once goes on', async () => {
    await plugins.serve({ name, code: saying(waits), manifest: { capabilities } });
    const answers: ((value: unknown) => void)[] = [];
    const slow = () => new Promise((answer) => answers.push(answer));
    const calls = Array.from({ length: 60 }, () => running()!.call(endpoint('say'), {}, slow));
    const outcomes = Promise.all(calls);
    let isDone = false;
    void outcomes.then(() => (isDone = true));
    await until(
      async () => {
        for (const answer of answers.splice(0)) answer(null);
        await setImmediate();
        return isDone;
      },
      (done) => done,
    );

    const refused = (await outcomes).filter((one) => !one.ok && one.reason === 'busy');
    expect(refused.length).toBeGreaterThan(10);
    expect(await plugins.look(name)).toMatchObject({ state: 'active', counters: { failures: 0 } });
  });

  it('does not keep anybody from reading prompts', async () => {
    const prompts = await PromptWorkspace.create(app);
    await prompts.publish('greeting', '1.0.0');
    await plugins.serve({ name, code: saying('for (;;);') });

    const attacks = async () => {
      for (let call = 0; call < 2; call += 1) {
        const outcome = await running()!.call(endpoint('say'), {}, emptyHost);
        expect(outcome).toMatchObject({ ok: false });
      }
    };

    await readsDuring(prompts, attacks(), BOUND_MS);
  });
});
