import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MonotonicClock } from '../../src/platform/time/index.js';
import { PluginsFolder } from '../../src/plugins/catalog/folder/plugins-folder.js';
import { problem } from '../support/expect-problem.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { type FreshDatabase, freshDatabase } from '../support/fresh-database.js';
import { expectHeld, guard, guarding, publish } from '../support/plugins/guarding-plugin.js';
import { writeTree } from '../support/plugins/plugin-tree.js';
import { PluginWorkspace } from '../support/plugins/plugin-workspace.js';
import { PromptWorkspace } from '../support/prompt-workspace.js';
import { RawDatabase } from '../support/raw-database.js';
import { runnerProgram } from '../support/sandboxed-plugin.js';
import { until } from '../support/until.js';

// The first test of a run waits for the build.
jest.setTimeout(180_000);

const name = 'acme.guard';
const release = { name, code: guarding(), manifest: guard() };

let folder: string;
let database: FreshDatabase;
let app: FreshApplication;
let plugins: PluginWorkspace;

async function start(directory = folder): Promise<void> {
  const environment = {
    ...{ DATABASE_URL: database.url, PROMPTD_PLUGINS_DIR: directory },
    PROMPTD_PLUGINS_WATCH: 'off',
  };
  app = await freshApplication(environment, runnerProgram());
}

async function startAgain(directory = folder): Promise<void> {
  await app.close();
  await start(directory);
}

const probe = () => app.as(null, 'get', '/ready');
const isReady = () => until(probe, ({ status }) => status === 200);

async function isHeld(plugin = name): Promise<void> {
  await until(
    () => look(plugin),
    ({ state }) => state !== 'starting',
  );
  await expectHeld(await PromptWorkspace.create(app), plugin);
}

async function passes(): Promise<void> {
  await publish(await PromptWorkspace.create(app)).expect(201);
}

/** For a plugin that was only just started, which on a busy machine may not answer in its second. */
async function passesSoon(): Promise<void> {
  const prompts = await PromptWorkspace.create(app);
  const { status } = await until(
    () => publish(prompts).then((answer) => answer),
    (answer) => answer.status !== 503,
  );
  expect(status).toBe(201);
}

const remove = () => rm(join(folder, name), { recursive: true });
const act = (what: string, plugin = name) =>
  app.asAdmin('post', `/v1/plugins/${plugin}/-/${what}`).expect(200);
const look = async (plugin = name) =>
  (await app.asAdmin('get', `/v1/plugins/${plugin}`)).body as { readonly state?: string };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'promptd-plugins-'));
  database = await freshDatabase();
  await start();
  plugins = await PluginWorkspace.of(app);
  await plugins.serve(release);
});
afterEach(async () => {
  jest.restoreAllMocks();
  await app.close();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

describe('an instance that starts holds what is guarded by a plugin', () => {
  it('whose folder is not there, until an admin disables it', async () => {
    await remove();
    await startAgain();
    await isHeld();
    expect(await look()).toMatchObject({ state: 'missing' });
    await act('disable');
    await passes();
    await startAgain();
    await passes();
  });

  it('whose folder is not there, until an admin deletes it', async () => {
    await remove();
    await startAgain();
    await isHeld();
    await app.asAdmin('delete', `/v1/plugins/${name}`).expect(204);
    await passes();
  });

  it('that cannot be read, until an admin disables it', async () => {
    await writeTree(folder, name, { 'plugin.json': '{' });
    await startAgain();
    await isHeld();
    expect(await look()).toMatchObject({ state: 'rejected', reason: 'invalid' });
    await act('disable');
    await passes();
  });

  it('that comes with promptd and is enabled, from another folder', async () => {
    await startAgain(join(import.meta.dirname, '..', '..', 'plugins'));
    await app.asAdmin('delete', `/v1/plugins/${name}`).expect(204);
    await act('enable', 'policy-guard');
    await passesSoon();
    await startAgain();
    await isHeld('policy-guard');
    await act('disable', 'policy-guard');
    await passes();
  });
});

describe('an instance that starts a plugin that has to be asked', () => {
  let reading: PromiseWithResolvers<undefined>;
  beforeEach(() => {
    reading = Promise.withResolvers();
  });
  afterEach(() => {
    reading.resolve(undefined);
  });

  it('is not ready meanwhile, says that it is starting, and then lets through what it lets pass', async () => {
    const actual = new PluginsFolder(folder);
    await app.close();
    // However slow the machine is, the wait for it is not over.
    jest.spyOn(MonotonicClock.prototype, 'nowMs').mockReturnValue(0);
    jest.spyOn(PluginsFolder.prototype, 'read').mockImplementation(async (asked) => {
      await reading.promise;
      jest.restoreAllMocks();
      return actual.read(asked);
    });
    await start();

    const early = await probe();
    expect(early.status).toBe(503);
    expect(early.body).toEqual({
      status: 'unavailable',
      checks: { database: 'ok', process: 'starting' },
    });
    const refused = await publish(await PromptWorkspace.create(app)).expect(
      problem(503, 'veto-failed', { plugin: name }),
    );
    expect(refused.body.detail).toMatch(/is starting here; try again\.$/);
    expect(refused.headers['retry-after']).toBe('1');

    reading.resolve(undefined);
    await until(
      () => look(),
      ({ state }) => state === 'active',
    );
    await isReady();
    await passesSoon();
  });

  it('is ready although it does not start, and holds what it guards', async () => {
    const broken = { ...release, releaseSeq: 2, code: "throw new Error('no');" };
    await plugins.approve(name, await plugins.put(broken)).expect(200);
    await startAgain();
    await isReady();
    await isHeld();
    expect(await look()).toMatchObject({ state: 'degraded' });
  });
});

describe('an approval from before there was a column for what is guarded', () => {
  beforeEach(async () => {
    await app.close();
    const raw = await RawDatabase.open(database);
    await raw.run('UPDATE plugin_approvals SET guards = NULL');
    await raw.close();
  });

  it('is completed as soon as the approved bytes are read', async () => {
    await start();
    await until(
      () => look(),
      ({ state }) => state === 'active',
    );
    await remove();
    await startAgain();
    await isHeld();
  });

  it('holds nothing until then', async () => {
    await remove();
    await start();
    await passes();
  });
});
