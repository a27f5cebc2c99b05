import type { Role } from '../../src/platform/authorization/index.js';
import { fault, problem } from '../support/expect-problem.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { HttpClient, outcomes, together } from '../support/http-client.js';
import { dialogue, Gate, ModalOwner, serveDialogue } from '../support/plugins/modal-owner.js';
import { servePlugin, shippedPackage } from '../support/plugins/served-plugin.js';
import { PromptWorkspace } from '../support/prompt-workspace.js';
import { endRunners } from '../support/sandboxed-plugin.js';

jest.setTimeout(60_000);

let app: FreshApplication;
let workspace: PromptWorkspace;

beforeAll(async () => {
  app = await freshApplication({ PROMPTD_RATE_LIMIT_WRITES: '0' });
  workspace = await PromptWorkspace.create(app);
  await serveDialogue(app, new Gate());
});
afterAll(async () => {
  await app.close();
  await endRunners();
});

const ownerAs = (role: Role, plugin?: string) => ModalOwner.in(workspace, role, plugin);

describe('a modal session', () => {
  it('opens with what the plugin shows, and is its owner’s alone', async () => {
    const owner = await ownerAs('viewer');
    const session = await owner.opened();
    expect(session).toMatchObject({
      plugin: dialogue,
      modal: 'counter',
      project: workspace.project,
      status: 'open',
      version: 1,
      state: { count: 0, opened: null },
    });
    expect((session.controls as { name: string }[]).map((control) => control.name)).toEqual([
      ...['word', 'agreed', 'size', 'go'],
    ]);
    expect(Date.parse(session.expiresAt) - Date.parse(session.createdAt)).toBe(600_000);
    expect((await owner.send('get', `/${session.id}`).expect(200)).body).toEqual(session);
    const { state: _, controls: __, project: ___, ...summary } = session;
    expect((await owner.send('get', '').expect(200)).body.items).toEqual([summary]);

    for (const other of [await ownerAs('admin'), await ownerAs('viewer')]) {
      await other.send('get', `/${session.id}`).expect(problem(404, 'not-found'));
      await other.act(session.id, 'count', 1).expect(problem(404, 'not-found'));
      await other.send('patch', `/${session.id}`, { expectedVersion: 1, values: {} }).expect(404);
      await other.send('delete', `/${session.id}`).expect(problem(404, 'not-found'));
      await other.send('post', `/${session.id}/actions/stop`).expect(problem(404, 'not-found'));
      expect((await other.send('get', '').expect(200)).body.items).toEqual([]);
    }
    const elsewhere = await PromptWorkspace.create(app);
    const stranger = await elsewhere.signInAs('admin');
    await app.as(stranger, 'get', `${owner.modals}/${session.id}`).expect(404);
    await app.as(owner.token, 'get', `/v1/plugins/hello/-/modals/${session.id}`).expect(404);
    expect((await owner.send('get', `/${session.id}`).expect(200)).body).toEqual(session);
  });

  it('goes on step by step, each with the state of the one before', async () => {
    const owner = await ownerAs('viewer');
    const { id } = await owner.opened();
    const first = await owner.act(id, 'count', 1, { word: 'one' }).expect(200);
    expect(first.body).toMatchObject({ version: 2, state: { count: 1, input: { word: 'one' } } });
    const second = await owner.act(id, 'count', 2, { word: 'two' }).expect(200);
    expect(second.body).toMatchObject({ version: 3, state: { count: 2, input: { word: 'two' } } });
    const { body } = await owner
      .act(id, 'count', 3, { other: 1 })
      .expect(problem(400, 'validation-failed'));
    expect(body.errors).toEqual([fault('/input', 'schema-mismatch')]);
    await owner
      .act(id, 'count', 2, {})
      .expect(problem(409, 'plugin-modal-conflict', { currentVersion: 3 }));
    await owner.act(id, 'nothing', 3).expect(problem(404, 'not-found'));
    await owner.act(id, 'open', 3).expect(problem(404, 'not-found'));
    await owner.act(id, 'constructor', 3).expect(problem(404, 'not-found'));
    await owner.send('post', `/${id}/actions/count`, {}).expect(problem(400, 'validation-failed'));
  });

  it('keeps what its user puts into controls, which is what an action gets', async () => {
    const owner = await ownerAs('viewer');
    const { id } = await owner.opened();
    const values = { word: 'kept', agreed: true, size: 'l' };
    const kept = await owner.send('patch', `/${id}`, { expectedVersion: 1, values }).expect(200);
    expect(kept.body).toMatchObject({ version: 2, state: { count: 0 } });
    expect(kept.body.controls[0]).toMatchObject({ name: 'word', value: 'kept' });
    const wrong = { word: 'x'.repeat(21), agreed: 'yes', size: 'm', go: true, toString: 'x' };
    const { body } = await owner
      .send('patch', `/${id}`, { expectedVersion: 2, values: wrong })
      .expect(problem(400, 'validation-failed'));
    expect((body.errors as { pointer: string }[]).map(({ pointer }) => pointer)).toEqual([
      ...['/values/word', '/values/agreed', '/values/size', '/values/go', '/values/toString'],
    ]);
    await owner
      .send('patch', `/${id}`, { expectedVersion: 1, values })
      .expect(problem(409, 'plugin-modal-conflict'));
    await owner
      .send('patch', `/${id}`, { expectedVersion: 2, values, state: { count: 99 } })
      .expect(problem(400, 'validation-failed'));
    const counted = await owner.act(id, 'count', 2).expect(200);
    expect(counted.body.state).toMatchObject({ count: 1, input: values });
  });

  it('is ended by its plugin with a last view, which can be read and not gone on with', async () => {
    const owner = await ownerAs('viewer');
    const { id } = await owner.opened();
    const last = await owner.act(id, 'finish', 1).expect(200);
    expect(last.body).toMatchObject({ status: 'done', version: 2 });
    expect((await owner.send('get', `/${id}`).expect(200)).body).toEqual(last.body);
    await owner.act(id, 'count', 2).expect(problem(409, 'plugin-modal-ended', { reason: 'done' }));
    await owner
      .send('patch', `/${id}`, { expectedVersion: 2, values: {} })
      .expect(problem(409, 'plugin-modal-ended'));
    await owner.send('delete', `/${id}`).expect(204);
    await owner.send('get', `/${id}`).expect(problem(404, 'not-found'));
  });

  it.each([
    ...['large', 'stateless', 'html', 'url', 'prototype', 'twice', 'foreign', 'ragged'],
    ...['many', 'odd', 'more', 'nothing', 'absent'],
  ])('shows nothing that is no view, neither at the end nor in between: %s', async (one) => {
    const owner = await ownerAs('viewer');
    const before = await owner.opened();
    await owner
      .act(before.id, 'hostile', 1, { which: one })
      .expect(problem(502, 'plugin-failed', { plugin: dialogue }));
    expect((await owner.send('get', `/${before.id}`)).body).toMatchObject({
      version: 1,
      state: before.state,
    });
    const { body } = await owner.act(before.id, 'secretly', 1, { which: one }).expect(200);
    expect(body.state.refusal).toMatch(/./);
    expect(body.version).toBe(2);
  });

  it('that does not open leaves nothing behind', async () => {
    const owner = await ownerAs('developer');
    await owner.open('broken').expect(problem(502, 'plugin-failed', { reason: 'wrong-answer' }));
    await owner.open('forDevelopers').expect(problem(502, 'plugin-failed'));
    await owner.open('absent').expect(problem(404, 'not-found'));
    await owner.open('constructor').expect(problem(404, 'not-found'));
    await owner.open('counter', 'nowhere').expect(problem(404, 'not-found'));
    expect((await owner.send('get', '?total=true')).body).toMatchObject({ items: [], total: 0 });
  });

  it('that fails at a step stays where it was', async () => {
    const owner = await ownerAs('viewer');
    const session = await owner.opened();
    await owner
      .act(session.id, 'fail', 1)
      .expect(problem(502, 'plugin-failed', { reason: 'thrown', pluginMessage: 'Error: cannot' }));
    await owner.act(session.id, 'nowhere', 1).expect(problem(502, 'plugin-failed'));
    expect((await owner.send('get', `/${session.id}`)).body).toMatchObject({
      version: 1,
      status: 'open',
    });
    await owner.act(session.id, 'count', 1).expect(200);
  });
});

describe('who may', () => {
  it('open and step is asked at each step', async () => {
    const owner = await ownerAs('developer');
    const viewer = await ownerAs('viewer');
    await viewer.open('forDevelopers').expect(problem(403, 'forbidden'));
    const { id } = await owner.opened();
    await owner.act(id, 'adminOnly', 1).expect(problem(403, 'forbidden'));
    const admin = await ownerAs('admin');
    const own = await admin.opened();
    await admin.act(own.id, 'adminOnly', 1).expect(200);
    const { body: me } = await app.as(admin.token, 'get', '/v1/auth/me').expect(200);
    await workspace.addMember(String(me.username), 'viewer');
    await admin.act(own.id, 'adminOnly', 2).expect(problem(403, 'forbidden'));
    await admin.act(own.id, 'count', 2, {}).expect(200);
  });

  it('is no API key', async () => {
    const key = await workspace.makeKey({ verbs: ['read', 'publish', 'label', 'tag', 'yank'] });
    await app
      .as(key, 'post', `/v1/plugins/${dialogue}/-/modals`)
      .send({ modal: 'counter', project: workspace.project })
      .expect(problem(403, 'forbidden'));
    const { body } = await app.as(key, 'get', `/v1/plugins/${dialogue}/-/modals`).expect(200);
    expect(body.items).toEqual([]);
  });

  it('have five open, however many are asked for at once', async () => {
    const owner = await ownerAs('viewer');
    const client = new HttpClient(app.url, owner.token);
    const answers = await together(8, () =>
      client.send('POST', owner.modals, { modal: 'counter', project: workspace.project }),
    );
    expect(outcomes(answers)).toEqual({ '201': 5, '409 plugin-modal-limit': 3 });
    const [first, second] = (await owner.send('get', '').expect(200)).body.items;
    await owner.send('delete', `/${first.id}`).expect(204);
    await owner.act(second.id, 'finish', 1).expect(200);
    await owner.opened();
    await owner.opened();
    await owner.open().expect(problem(409, 'plugin-modal-limit'));
    const page = await owner.send('get', '?limit=2&total=true').expect(200);
    expect([page.body.items.length, page.body.total]).toEqual([2, 6]);
    await owner.send('get', `?cursor=${String(page.body.nextCursor)}`).expect(200);
    await owner.send('get', '?cursor=x').expect(problem(400, 'invalid-cursor'));
  });

  it('find no session by what is no id', async () => {
    const owner = await ownerAs('viewer');
    for (const id of ['x', '%00', '__proto__', "'", '%2e%2e', '0'.repeat(36), 'a'.repeat(300)]) {
      await owner.send('get', `/${id}`).expect(404);
      await owner.send('delete', `/${id}`).expect(404);
    }
  });
});

describe('the plugins that are shipped', () => {
  it('hello asks whom to greet, and counts', async () => {
    await servePlugin(app, await shippedPackage('hello'));
    const viewer = await ownerAs('viewer', 'hello');
    await viewer.open('greeting').expect(problem(403, 'forbidden'));
    const owner = await ownerAs('developer', 'hello');
    const { id, controls } = await owner.opened('greeting');
    expect(controls).toEqual([
      { type: 'text', name: 'who', label: 'Whom to greet', maxLength: 100 },
    ]);
    await owner.act(id, 'greet', 1).expect(problem(400, 'validation-failed'));
    await owner.send('patch', `/${id}`, { expectedVersion: 1, values: { who: 'Ada' } }).expect(200);
    const { body } = await owner.act(id, 'greet', 2).expect(200);
    expect(body).toMatchObject({ version: 3, state: { greeted: 1 } });
    expect(body.controls[0].label).toBe('Hello, Ada! Whom next?');
  });

  it('efficiency-analyzer shows its form before anything is analysed', async () => {
    await servePlugin(app, await shippedPackage('efficiency-analyzer'));
    const owner = await ownerAs('viewer', 'efficiency-analyzer');
    const { id, controls } = await owner.opened('report');
    expect((controls as { type: string }[]).map(({ type }) => type)).toEqual([
      ...['text', 'dropdown', 'button', 'button'],
    ]);
    await owner.act(id, 'refresh', 1).expect(200);
    await owner.act(id, 'analyze', 2).expect(problem(400, 'validation-failed'));
  });
});
