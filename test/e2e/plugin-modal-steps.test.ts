import { type Role, systemContext } from '../../src/platform/authorization/index.js';
import { Clock } from '../../src/platform/time/index.js';
import { ModalSessionsRepository } from '../../src/plugins/modals/modal-sessions.repository.js';
import { ModalSweep } from '../../src/plugins/modals/modal-sweep.js';
import { problem } from '../support/expect-problem.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { HttpClient, outcomes, together } from '../support/http-client.js';
import { Gate, ModalOwner, serveDialogue } from '../support/plugins/modal-owner.js';
import type { ServedPlugin } from '../support/plugins/served-plugin.js';
import { PromptWorkspace } from '../support/prompt-workspace.js';
import { endRunners } from '../support/sandboxed-plugin.js';

jest.setTimeout(60_000);

let app: FreshApplication;
let workspace: PromptWorkspace;
let served: ServedPlugin;
let gate: Gate;

beforeAll(async () => {
  app = await freshApplication({ PROMPTD_RATE_LIMIT_WRITES: '0' });
  workspace = await PromptWorkspace.create(app);
});
afterAll(async () => {
  await app.close();
  await endRunners();
});
beforeEach(async () => {
  gate = new Gate();
  served = await serveDialogue(app, gate);
});
afterEach(() => endRunners());

const ownerAs = (role: Role, plugin?: string) => ModalOwner.in(workspace, role, plugin);

describe('while a plugin is at work on a session', () => {
  it('its progress can be read, and nobody else changes it', async () => {
    const owner = await ownerAs('viewer');
    const { id } = await owner.opened();
    const step = owner.act(id, 'hold', 1).then((answer) => answer);
    await gate.arrived;
    const { body } = await owner.send('get', `/${id}`).expect(200);
    expect(body).toMatchObject({ version: 2, state: { count: 0, progress: 'half' }, controls: [] });
    for (const version of [1, 2]) {
      await owner.act(id, 'count', version).expect(problem(409, 'plugin-modal-conflict'));
      await owner
        .send('patch', `/${id}`, { expectedVersion: version, values: {} })
        .expect(problem(409, 'plugin-modal-conflict'));
    }
    gate.open();
    const done = await step;
    expect([done.status, done.body.version]).toEqual([200, 3]);
    expect(done.body.state).toEqual({ count: 0, opened: null, held: true });
    await owner.act(id, 'count', 3).expect(200);
  });

  it('stop ends it, and what the plugin still does reaches nobody', async () => {
    const owner = await ownerAs('viewer');
    const { id } = await owner.opened();
    const step = owner.act(id, 'hold', 1).then((answer) => answer);
    await gate.arrived;
    await owner.send('post', `/${id}/actions/stop`).expect(204);
    gate.open();
    problem(409, 'plugin-modal-ended', { reason: 'stopped' })(await step);
    await owner.send('get', `/${id}`).expect(problem(404, 'not-found'));
  });

  it('a kill of its process is one failed step, while prompts are read as ever', async () => {
    await workspace.publish('steady', '1.0.0');
    const owner = await ownerAs('viewer');
    const { id } = await owner.opened();
    const step = owner.act(id, 'hold', 1).then((answer) => answer);
    await gate.arrived;
    process.kill(served.runner.stats().pid!, 'SIGKILL');
    const reads = Array.from({ length: 10 }, () =>
      workspace.prompt('get', 'steady', '/versions/1.0.0'),
    );
    expect((await Promise.all(reads)).map(({ status }) => status)).toEqual(reads.map(() => 200));
    problem(502, 'plugin-failed', { reason: 'crashed' })(await step);
    const { body } = await owner.send('get', `/${id}`).expect(200);
    expect(body).toMatchObject({ version: 2, status: 'open', state: { progress: 'half' } });
    await owner.act(id, 'count', 2, {}).expect(200);
  });

  it('one of many steps at once is taken', async () => {
    const owner = await ownerAs('viewer');
    const { id } = await owner.opened();
    const client = new HttpClient(app.url, owner.token);
    const answers = await together(6, () =>
      client.send('POST', `${owner.modals}/${id}/actions/count`, { expectedVersion: 1, input: {} }),
    );
    expect(outcomes(answers)).toEqual({ '200': 1, '409 plugin-modal-conflict': 5 });
    expect((await owner.send('get', `/${id}`)).body).toMatchObject({
      version: 2,
      state: { count: 1 },
    });
  });
});

describe('a session ends', () => {
  it('with the build of the plugin that it was with', async () => {
    const owner = await ownerAs('viewer');
    const { id } = await owner.opened();
    await serveDialogue(app, gate, '1.0.1');
    await owner
      .act(id, 'count', 1)
      .expect(problem(409, 'plugin-modal-ended', { reason: 'replaced' }));
    await serveDialogue(app, gate);
    await owner
      .act(id, 'count', 1)
      .expect(problem(409, 'plugin-modal-ended', { reason: 'replaced' }));
    expect((await owner.send('get', `/${id}`)).body).toMatchObject({ status: 'replaced' });
    await owner.send('post', `/${id}/actions/stop`).expect(204);
  });

  it('when its user says stop, also when the plugin is gone or the role is', async () => {
    const owner = await ownerAs('viewer');
    const [first, second] = [await owner.opened(), await owner.opened()];
    await served.runner.stop(0);
    await owner.act(first.id, 'count', 1).expect(problem(503, 'plugin-unavailable'));
    const { body: me } = await app.as(owner.token, 'get', '/v1/auth/me').expect(200);
    await workspace.request('delete', `/members/${String(me.username)}`).expect(204);
    await owner.send('get', `/${first.id}`).expect(problem(404, 'not-found'));
    await owner.act(first.id, 'count', 1).expect(problem(404, 'not-found'));
    expect((await owner.send('get', '').expect(200)).body.items).toEqual([]);
    await owner.send('post', `/${first.id}/actions/stop`).expect(204);
    await owner.send('delete', `/${second.id}`).expect(204);
    await owner.send('delete', `/${second.id}`).expect(problem(404, 'not-found'));
  });

  it('when nothing happens for long, and is then forgotten and gives its place back', async () => {
    const owner = await ownerAs('viewer');
    const { nest } = app.application;
    const { id } = await owner.opened();
    for (let more = 0; more < 4; more += 1) await owner.opened();
    const clock = nest.get(Clock, { strict: false });
    const later = clock.nowMs() + 300_001;
    const spy = jest.spyOn(clock, 'nowMs').mockReturnValue(later);
    try {
      await owner.send('get', `/${id}`).expect(problem(404, 'not-found'));
      expect((await owner.send('get', '').expect(200)).body.items).toEqual([]);
      await owner.open().expect(201);
      await nest.get(ModalSweep, { strict: false }).run();
    } finally {
      spy.mockRestore();
    }
    const sessions = nest.get(ModalSessionsRepository, { strict: false });
    expect(await sessions.find(systemContext('test'), id)).toBeUndefined();
  });

  it('at its time, however much happens in it', async () => {
    const owner = await ownerAs('viewer');
    const clock = app.application.nest.get(Clock, { strict: false });
    const openedAt = clock.nowMs();
    const spy = jest.spyOn(clock, 'nowMs').mockReturnValue(openedAt);
    try {
      const { id } = await owner.opened();
      for (const seconds of [250, 500]) {
        spy.mockReturnValue(openedAt + seconds * 1000);
        const { version } = (await owner.send('get', `/${id}`).expect(200)).body;
        await owner.act(id, 'count', version).expect(200);
      }
      const { idleAt, expiresAt } = (await owner.send('get', `/${id}`)).body;
      expect([idleAt, Date.parse(expiresAt)]).toEqual([expiresAt, openedAt + 600_000]);
      spy.mockReturnValue(openedAt + 600_000);
      await owner.send('get', `/${id}`).expect(problem(404, 'not-found'));
    } finally {
      spy.mockRestore();
    }
  });
});
