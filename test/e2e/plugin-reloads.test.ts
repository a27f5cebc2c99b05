import type { Role } from '../../src/platform/authorization/index.js';
import { ActivePlugins } from '../../src/plugins/index.js';
import { PluginAccess } from '../../src/plugins/endpoints/plugin-access.js';
import { problem } from '../support/expect-problem.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { hostModule } from '../support/hosted-plugin.js';
import { guard, guardedEvent, publish } from '../support/plugins/guarding-plugin.js';
import { ModalOwner } from '../support/plugins/modal-owner.js';
import { PluginWorkspace, type Release, saying } from '../support/plugins/plugin-workspace.js';
import { PromptWorkspace, uniqueName } from '../support/prompt-workspace.js';
import { runnerProgram } from '../support/sandboxed-plugin.js';

// The first test of a run waits for the build.
jest.setTimeout(180_000);

/** One call at a time, so that others wait. */
const oneIsolate = { memoryMb: 64, rssMb: 130 };

let app: FreshApplication;
let plugins: PluginWorkspace;
let space: PromptWorkspace;
let name: string;

beforeAll(async () => {
  const settings = { PROMPTD_PLUGINS_WATCH: 'off', PROMPTD_RATE_LIMIT_WRITES: '0' };
  app = await freshApplication(settings, runnerProgram());
  plugins = await PluginWorkspace.of(app);
  space = await PromptWorkspace.create(app);
});
afterAll(() => app.close());
beforeEach(() => {
  name = uniqueName('acme.reloaded');
});
afterEach(async () => {
  jest.restoreAllMocks();
  await plugins.remove(name);
  await plugins.rescan().expect(200);
});

/** Asks by several callers at once, again and again until the plugin was reloaded. Answers every status. */
async function statusesDuringReload(ask: () => PromiseLike<{ status: number }>) {
  let isReloaded = false;
  const statuses = new Set<number>();
  const caller = async () => {
    while (!isReloaded) statuses.add((await ask()).status);
  };
  const callers = Promise.all(Array.from({ length: 5 }, caller));
  await plugins.act(name, 'reload').expect(200);
  isReloaded = true;
  await callers;
  return [...statuses];
}

/** Why the hook of the plugin gave no answer, each time. */
function vetoFailures(): unknown[] {
  return app.log
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ msg, plugin }) => msg === 'a veto hook failed' && plugin === name)
    .map(({ reason }) => reason);
}

const say = () => app.asAdmin('get', `/v1/plugins/${name}/say`).query({ project: space.project });

/** Has something happen once a request has found what is for this role, and before that is called. */
function meanwhile(role: Role, happens: () => PromiseLike<unknown>): void {
  const access = app.application.nest.get(PluginAccess, { strict: false });
  const requireRole = access.requireRole.bind(access);
  const asked = jest.spyOn(access, 'requireRole').mockImplementation(async (...given) => {
    if (given[2].includes(role)) {
      asked.mockRestore();
      await happens();
    }
    return requireRole(...given);
  });
}

describe('a reload', () => {
  it('loses no call that waits for its turn', async () => {
    const code = saying('await registry.sleep(20); return { status: 200, body: 1 };');
    await plugins.serve({ name, code, manifest: { limits: oneIsolate } });

    expect(await statusesDuringReload(say)).toEqual([200]);
  });

  it('lets nothing pass that the plugin denies, also where its failure would', async () => {
    const code = `
      import { definePlugin, registry } from 'promptd:api';
      const deny = async () => {
        await registry.sleep(20);
        return { decision: 'deny', reason: 'never' };
      };
      export default definePlugin({ hooks: { '${guardedEvent}': deny } });
    `;
    const manifest = { endpoints: [], limits: oneIsolate, ...guard('allow') };
    await plugins.serve({ name, code, manifest });

    expect(await statusesDuringReload(() => publish(space))).toContain(422);

    // On a busy machine a second may not be enough for one of them, which is no matter of a reload.
    expect(vetoFailures().filter((reason) => reason !== 'no time left')).toEqual([]);
  });
});

describe('who looked a plugin up before it was replaced', () => {
  const replaceBy = async (release: Partial<Release>) => {
    const treeDigest = await plugins.replace({ name, releaseSeq: 2, ...release });
    await plugins.approve(name, treeDigest).expect(200);
    await plugins.becomes(name, { state: 'active', treeDigest });
  };

  it('is answered by what serves by then', async () => {
    await plugins.serve({ name });
    meanwhile('viewer', () => plugins.act(name, 'reload').expect(200));
    expect((await say().expect(200)).body).toBe(1);

    meanwhile('viewer', () => replaceBy({}));
    expect((await say().expect(200)).body).toBe(2);
  });

  it('needs the role that this wants', async () => {
    await plugins.serve({ name });
    const viewer = await space.signInAs('viewer');
    const endpoints = [{ handler: 'say', method: 'GET', path: '/say', roles: ['admin'] }];
    meanwhile('viewer', () => replaceBy({ manifest: { endpoints } }));

    await app
      .as(viewer, 'get', `/v1/plugins/${name}/say`)
      .query({ project: space.project })
      .expect(problem(403, 'forbidden'));
  });

  it('finds nothing where there is no such endpoint any more', async () => {
    await plugins.serve({ name });
    const code = 'export default {};\n';
    meanwhile('viewer', () => replaceBy({ manifest: { endpoints: [] }, code }));

    await say().expect(problem(404, 'not-found'));
  });

  const actions = [{ name: 'count', roles: ['developer'] }];
  const counter = (view: string): Partial<Release> => ({
    manifest: {
      endpoints: [],
      modals: [{ name: 'counter', title: 'C', roles: ['viewer'], actions }],
    },
    code: `
      import { definePlugin } from 'promptd:api';
      const show = () => ({ state: { at: '${view}' }, controls: [] });
      export default definePlugin({ modals: { counter: { open: show, actions: { count: show } } } });
    `,
  });

  it('goes on with a session when the same bytes serve', async () => {
    await plugins.serve({ name, ...counter('first') });
    const owner = await ModalOwner.in(space, 'developer', name);
    meanwhile('viewer', () => plugins.act(name, 'reload').expect(200));
    const { id } = await owner.opened();

    meanwhile('developer', () => plugins.act(name, 'reload').expect(200));
    const { body } = await owner.act(id, 'count', 1).expect(200);

    expect(body).toMatchObject({ version: 2, state: { at: 'first' } });
  });

  it('is told to ask again when others do, and then that the session has ended', async () => {
    await plugins.serve({ name, ...counter('first') });
    const owner = await ModalOwner.in(space, 'developer', name);
    const { id } = await owner.opened();
    meanwhile('developer', () => replaceBy(counter('second')));

    await owner.act(id, 'count', 1).expect(problem(503, 'plugin-unavailable'));

    await owner
      .act(id, 'count', 1)
      .expect(problem(409, 'plugin-modal-ended', { reason: 'replaced' }));
  });
});

describe('a plugin that is replaced while another is asked before it', () => {
  const module = (decision: object) => `
    import { definePlugin } from 'promptd:api';
    export default definePlugin({
      hooks: { '${guardedEvent}': async () => (${JSON.stringify(decision)}) },
    });
  `;
  const deny = (reason: string) => module({ decision: 'deny', reason });
  const allow = module({ decision: 'allow' });

  /** Publishes, and replaces the second plugin while the first one is asked. */
  async function publishWhileReplaced(onError: string, manifest: object) {
    const first = await hostModule(app, 'a-first', guard(), allow);
    const old = await hostModule(app, 'b-second', guard(onError), deny('old'));
    const next = await hostModule(app, 'b-second', manifest, deny('next'));
    const hosted = [first, old, next];
    const active = app.application.nest.get(ActivePlugins, { strict: false });
    active.put(old.active);
    const ask = first.active.call.bind(first.active);
    jest.spyOn(first.active, 'call').mockImplementationOnce(async (...given) => {
      active.put(next.active);
      await old.runner.stop(0);
      return ask(...given);
    });
    try {
      return await publish(space);
    } finally {
      await Promise.all(hosted.map((plugin) => plugin.end()));
    }
  }

  it('is asked as what serves by then', async () => {
    const answer = await publishWhileReplaced('allow', guard('allow'));
    expect([answer.status, answer.body.reason]).toEqual([422, 'next']);
  });

  it('is not asked when that has no such hook', async () => {
    expect((await publishWhileReplaced('deny', {})).status).toBe(201);
  });
});
