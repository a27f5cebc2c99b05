import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { ApprovalsRepository } from '../../src/plugins/approvals/approvals.repository.js';
import type { RunningPlugin } from '../../src/plugins/catalog/life/running-plugin.js';
import { problem } from '../support/expect-problem.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { eventsOf } from '../support/people.js';
import {
  expectHeld,
  guard,
  guardedEvent,
  guarding,
  publish,
} from '../support/plugins/guarding-plugin.js';
import { writeTree } from '../support/plugins/plugin-tree.js';
import { filesOf, PluginWorkspace, saying } from '../support/plugins/plugin-workspace.js';
import { PromptWorkspace } from '../support/prompt-workspace.js';
import { endpoint, runnerProgram } from '../support/sandboxed-plugin.js';
import { until } from '../support/until.js';

// The first test of a run waits for the build.
jest.setTimeout(180_000);

const INSTANCE = '00000000-0000-0000-0000-000000000000';
const doesNotStart = guarding(`throw new Error('not today');`);

let app: FreshApplication;
let plugins: PluginWorkspace;
let prompts: PromptWorkspace;
let next = 0;
let name: string;

beforeAll(async () => {
  app = await freshApplication({ PROMPTD_PLUGINS_WATCH: 'off' }, runnerProgram());
  plugins = await PluginWorkspace.of(app);
  prompts = await PromptWorkspace.create(app);
  await prompts.publish('greeting', '1.0.0');
});
afterAll(() => app.close());
beforeEach(() => {
  next += 1;
  name = `acme.guard-${next}`;
});
afterEach(async () => {
  await app.asAdmin('delete', `/v1/plugins/${name}`);
  await plugins.remove(name);
  await plugins.rescan().expect(200);
});

async function killInMidCall() {
  const running = () => plugins.active(name) as RunningPlugin;
  const { pid } = await until(
    async () => {
      await setImmediate();
      return running().stats();
    },
    (stats) => stats.pid !== undefined,
  );
  await running().call(endpoint('say'), {}, () => {
    process.kill(pid!, 'SIGKILL');
    return new Promise(() => undefined);
  });
}

async function quarantine() {
  for (let kill = 0; kill < 3; kill += 1) await killInMidCall();
  // Written down, so that what an admin says next is said after it.
  await until(
    () => eventsOf(app, INSTANCE),
    (all) => all.some(({ type, subject }) => type === 'plugin.quarantined' && subject.id === name),
  );
  await plugins.becomes(name, { state: 'quarantined' });
}

const approveUnstarted = async (manifest: object = guard()) => {
  const treeDigest = await plugins.put({ name, code: doesNotStart, manifest });
  await plugins.approve(name, treeDigest).expect(200);
  await plugins.becomes(name, { state: 'degraded' });
};

/** Approves a second release, which guards and does not start, while the first one serves. */
const approveUnstartedNext = async () => {
  const second = { name, releaseSeq: 2, code: doesNotStart, manifest: guard() };
  await plugins.approve(name, await plugins.replace(second)).expect(200);
  expect(await plugins.look(name)).toMatchObject({
    version: '1.0.0',
    next: { version: '2.0.0', state: 'degraded' },
  });
};

describe('what a plugin has to be asked about waits while it', () => {
  it('is quarantined, until an admin disables it', async () => {
    await plugins.serve({ name, code: guarding(), manifest: guard() });
    await publish(prompts).expect(201);

    await quarantine();

    await expectHeld(prompts, name);
    await prompts.prompt('get', 'greeting', '/versions/latest').expect(200);
    await prompts.prompt('put', 'greeting', '/labels/free').send({ version: '1.0.0' }).expect(200);
    await plugins.act(name, 'disable').expect(200);
    await publish(prompts).expect(201);
  });

  it('is quarantined, until an admin enables it and it serves', async () => {
    await plugins.serve({ name, code: guarding(), manifest: guard() });
    await quarantine();
    await expectHeld(prompts, name);
    await plugins.act(name, 'enable').expect(200);
    await publish(prompts).expect(201);
  });

  it('is quarantined, whatever unapproved package is put into its place', async () => {
    await plugins.serve({ name, code: guarding(), manifest: guard() });
    await quarantine();
    await plugins.replace({ name, releaseSeq: 2 });
    await plugins.rescan().expect(200);
    await plugins.becomes(name, { state: 'pending-approval' });
    await expectHeld(prompts, name);
    await plugins.act(name, 'disable').expect(200);
    await publish(prompts).expect(201);
  });

  it('does not start, until an admin deletes it', async () => {
    await approveUnstarted();
    await expectHeld(prompts, name);
    await app.asAdmin('delete', `/v1/plugins/${name}`).expect(204);
    await publish(prompts).expect(201);
  });

  it('does not start, until a release is approved that does', async () => {
    await approveUnstarted();
    await expectHeld(prompts, name);
    await plugins.serve({ name, releaseSeq: 2, code: guarding(), manifest: guard() });
    await publish(prompts).expect(201);
  });

  it('may not run because its bytes were changed', async () => {
    await approveUnstarted();
    await writeTree(app.plugins, name, { 'index.js': guarding() });
    await plugins.rescan().expect(200);
    await plugins.becomes(name, { state: 'rejected', reason: 'modified' });
    await expectHeld(prompts, name);
  });

  it('lost its folder, until an admin disables it', async () => {
    await plugins.serve({ name, code: guarding(), manifest: guard() });
    await plugins.remove(name);
    await plugins.rescan().expect(200);
    expect(await plugins.look(name)).toMatchObject({
      ...{ state: 'missing', version: null, manifest: null },
      detail: expect.stringContaining('Put it back'),
    });
    await expectHeld(prompts, name);
    const { body } = await plugins.act(name, 'disable').expect(200);
    expect(body).toMatchObject({ state: 'disabled' });
    await publish(prompts).expect(201);
    await plugins.act(name, 'enable').expect(200);
    await expectHeld(prompts, name);
  });

  it('lost its folder, until an admin deletes it', async () => {
    await plugins.serve({ name, code: guarding(), manifest: guard() });
    await plugins.remove(name);
    await plugins.rescan().expect(200);
    await expectHeld(prompts, name);
    await app.asAdmin('delete', `/v1/plugins/${name}`).expect(204);
    await publish(prompts).expect(201);
    await app.asAdmin('get', `/v1/plugins/${name}`).expect(problem(404, 'not-found'));
  });

  it('lost its folder, until that is put back', async () => {
    const release = { name, code: guarding(), manifest: guard() };
    await plugins.serve(release);
    await plugins.remove(name);
    await plugins.rescan().expect(200);
    await plugins.act(name, 'load').expect(problem(409, 'plugin-not-loaded', { state: 'missing' }));
    await expectHeld(prompts, name);
    await plugins.put(release);
    await plugins.rescan().expect(200);
    await publish(prompts).expect(201);
  });

  it.each([
    ['guards nothing', {}],
    ['lets pass what it cannot be asked about', { code: guarding(), manifest: guard('allow') }],
  ])('is on its way, and what serves is an older release that %s', async (_case, first) => {
    await plugins.serve({ ...first, name });
    await publish(prompts).expect(201);
    await approveUnstartedNext();
    await expectHeld(prompts, name);
    expect(await plugins.look(name)).toMatchObject({
      state: 'degraded',
      detail: expect.stringContaining(guardedEvent),
    });
    const third = { name, releaseSeq: 3, code: guarding(), manifest: guard() };
    const treeDigest = await plugins.replace(third);
    await plugins.approve(name, treeDigest).expect(200);
    await plugins.becomes(name, { state: 'active', treeDigest });
    await publish(prompts).expect(201);
  });

  it('is no plugin any more, for all that can be read of it', async () => {
    await approveUnstarted();
    await writeTree(app.plugins, name, { 'plugin.json': '{' });
    await plugins.rescan().expect(200);
    await plugins.becomes(name, { state: 'rejected', reason: 'invalid' });
    await expectHeld(prompts, name);
  });
});

it('is known without a question to the database', async () => {
  const stored = app.application.nest.get(ApprovalsRepository, { strict: false });
  const asked = jest.spyOn(stored, 'listStanding');
  await approveUnstarted();
  asked.mockClear();
  await expectHeld(prompts, name);
  expect(asked).not.toHaveBeenCalled();
  asked.mockRestore();
});

describe('nothing waits for a plugin', () => {
  it('while an older release of it guards the same, which is asked instead', async () => {
    const decision = `{ decision: 'deny', reason: 'the first one' }`;
    await plugins.serve({ name, code: guarding('', decision), manifest: guard() });
    await approveUnstartedNext();
    expect(await plugins.look(name)).toMatchObject({ state: 'active', detail: null });
    const denied = problem(422, 'plugin-denied', { plugin: name, reason: 'the first one' });
    denied(await publish(prompts));
  });

  it('that lets pass what it cannot be asked about', async () => {
    await approveUnstarted(guard('allow'));
    await publish(prompts).expect(201);
  });

  it('that nobody has approved', async () => {
    await plugins.put({ name, code: guarding(), manifest: guard() });
    await plugins.rescan().expect(200);
    await plugins.becomes(name, { state: 'pending-approval' });
    await publish(prompts).expect(201);
  });

  it('that somebody disabled, whatever becomes of its folder', async () => {
    await approveUnstarted();
    await plugins.act(name, 'disable').expect(200);
    await plugins.remove(name);
    await plugins.rescan().expect(200);
    await publish(prompts).expect(201);
  });

  it('that guarded before and guards no more as it was approved last', async () => {
    await approveUnstarted();
    const second = { name, releaseSeq: 2, code: saying('', `throw new Error('not today');`) };
    await plugins.approve(name, await plugins.put(second)).expect(200);
    await plugins.becomes(name, { state: 'degraded' });
    await publish(prompts).expect(201);
  });
});

it('a guard that plugin.json does not declare does not serve, and what is missing is told', async () => {
  const treeDigest = await plugins.put({ name, code: guarding() });
  await plugins.approve(name, treeDigest).expect(200);
  expect(await plugins.look(name)).toMatchObject({
    state: 'degraded',
    detail: expect.stringContaining(`add to hooks { "event": "${guardedEvent}", "kind": "veto"`),
  });
});

it('stops what a revoked key signed, and holds what it guarded', async () => {
  const other = await freshApplication({ PROMPTD_PLUGINS_WATCH: 'off' }, runnerProgram());
  try {
    const workspace = await PluginWorkspace.of(other);
    const space = await PromptWorkspace.create(other);
    await workspace.serve({ name, code: guarding(), manifest: guard() });
    await publish(space).expect(201);
    await other.asAdmin('delete', `/v1/plugin-signers/${workspace.key.keyId}`).expect(204);
    await workspace.becomes(name, { state: 'rejected', reason: 'revoked' });
    await expectHeld(space, name);
    await workspace.act(name, 'disable').expect(200);
    await publish(space).expect(201);
  } finally {
    await other.close();
  }
});

it('holds from the first request on, while its plugins are still starting', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'promptd-plugins-'));
  await writeTree(folder, name, filesOf({ name, code: doesNotStart, manifest: guard() }));
  const environment = {
    ...{ PROMPTD_PLUGINS_DIR: folder, PROMPTD_PLUGINS_WATCH: 'off' },
    PROMPTD_PLUGINS_ALLOW_UNSIGNED: 'true',
  };
  const starting = await freshApplication(environment, runnerProgram());
  try {
    const space = await PromptWorkspace.create(starting);
    await expectHeld(space, name, /is starting here|disable or delete/);
  } finally {
    await starting.close();
    await rm(folder, { recursive: true });
  }
});
