import { Clock } from '../../src/platform/time/index.js';
import { fault, problem } from '../support/expect-problem.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { eventsOf, newPerson } from '../support/people.js';
import { listEverything, PromptWorkspace } from '../support/prompt-workspace.js';
import { withoutAWrite } from '../support/written-rows.js';

let app: FreshApplication;
let work: PromptWorkspace;
/** Asks for promotions. The admin of the application published every version. */
let developer: string;
/** Two admins who had no part in anything. */
let ada: string;
let bob: string;

beforeAll(async () => {
  app = await freshApplication();
  [developer, ada, bob] = (await Promise.all(
    ['developer', 'ada', 'bob'].map(async (name) => (await newPerson(app, name)).token),
  )) as [string, string, string];
});
afterAll(() => app.close());
beforeEach(async () => {
  work = await PromptWorkspace.create(app);
  for (const version of ['1.0.0', '1.1.0']) await work.publish('p', version);
  await work.publish('q', '1.0.0');
  await work.addMember('developer', 'developer');
  for (const name of ['ada', 'bob']) await work.addMember(name, 'admin');
  await protect({ movers: ['developer'], approvals: 1 });
});
afterEach(() => jest.restoreAllMocks());

const protect = (body: object, label = 'production') =>
  work.request('put', `/label-policies/${label}`).send(body).expect(200);
const wanted = (fields: object = {}) => ({
  prompt: 'p',
  label: 'production',
  version: '1.0.0',
  ...fields,
});
const ask = (moves: readonly object[] = [wanted()], token = developer) =>
  work.request('post', '/promotions', token).send({ moves, reason: 'ready' });
const asked = async (moves?: readonly object[], token?: string) => {
  const { body } = await ask(moves, token).expect(201);
  expect(body.status).toBe('pending');
  return String(body.id);
};
const approve = (id: string, token = ada, body: object = {}) =>
  work.request('post', `/promotions/${id}/approve`, token).send(body);
const reject = (id: string, token = ada) =>
  work.request('post', `/promotions/${id}/reject`, token).send({ reason: 'not now' });
const withdraw = (id: string, token = developer) =>
  work.request('delete', `/promotions/${id}`, token);
const shown = async (id: string) =>
  (await work.request('get', `/promotions/${id}`).expect(200)).body;
const breakGlass = (version: string, prompt = 'p', label = 'production') =>
  work
    .prompt('put', prompt, `/labels/${label}`)
    .send({ version, breakGlass: true, reason: 'an outage of everything' });
const pointsTo = async (prompt = 'p', label = 'production') => {
  const { body } = await work.prompt('get', prompt).expect(200);
  return (body.labels as Record<string, string>)[label];
};
const promotionEvents = async () => {
  const { body } = await work.request('get', '').expect(200);
  const events = await eventsOf(app, String(body.id));
  return events.filter(({ type }) => type.startsWith('promotion.'));
};

describe('a promotion', () => {
  it('is asked for, approved by somebody else, and moves the label', async () => {
    const requested = await ask().expect(201);
    expect(requested.body).toEqual({
      id: expect.any(String),
      status: 'pending',
      moves: [{ prompt: 'p', label: 'production', version: '1.0.0', from: null }],
      reason: 'ready',
      requestedBy: { kind: 'user', id: expect.any(String), name: expect.any(String) },
      requestedAt: expect.stringMatching(/Z$/),
      approvals: [],
      requiredApprovals: 1,
      decidedAt: null,
      decidedBy: null,
      decisionReason: null,
    });
    const { id } = requested.body as { id: string };
    expect(requested.headers.location).toBe(`/v1/projects/${work.project}/promotions/${id}`);
    expect(await shown(id)).toEqual(requested.body);
    expect(await pointsTo()).toBeUndefined();

    const approved = await approve(id, ada, { comment: 'looks fine' }).expect(200);
    expect(approved.body).toMatchObject({
      status: 'applied',
      approvals: [{ by: { kind: 'user' }, comment: 'looks fine' }],
      decidedBy: approved.body.approvals[0].by,
    });
    expect(await shown(id)).toEqual(approved.body);
    expect(await pointsTo()).toBe('1.0.0');
    const { body } = await work.prompt('get', 'p', '/labels/production/history').expect(200);
    expect(body.items).toMatchObject([
      { ground: 'promotion', groundId: id, reason: 'ready', movedBy: approved.body.decidedBy },
    ]);
  });

  it('leaves a trail of who asked, who approved and what came of it', async () => {
    const id = await asked();
    await approve(id, ada, { comment: 'fine' }).expect(200);

    const trail = await promotionEvents();
    expect(trail.map(({ type }) => type)).toEqual([
      'promotion.requested',
      'promotion.approved',
      'promotion.applied',
    ]);
    const [requested, approved, applied] = trail;
    expect(requested).toMatchObject({
      subject: { type: 'promotion', id, name: 'p@production' },
      data: { reason: 'ready', moves: ['p@production: none -> 1.0.0'], requiredApprovals: 1 },
    });
    expect(approved).toMatchObject({ before: requested!.after, data: { comment: 'fine' } });
    expect(applied).toMatchObject({ before: approved!.after, revision: approved!.revision });
  });

  it('needs as many approvals as the strictest policy asks for, each of somebody else', async () => {
    await protect({ movers: ['developer'], approvals: 2 }, 'canary');
    const id = await asked([wanted(), wanted({ label: 'canary', prompt: 'q' })]);
    expect((await shown(id)).requiredApprovals).toBe(2);

    await approve(id, ada).expect(200);
    const again = await approve(id, ada, { comment: 'really' }).expect(200);
    expect(again.body).toMatchObject({ status: 'pending', approvals: [{ comment: null }] });
    expect(await promotionEvents()).toHaveLength(2);
    const last = await approve(id, bob).expect(200);

    expect(last.body).toMatchObject({ status: 'applied', requiredApprovals: 2 });
    expect([await pointsTo('p'), await pointsTo('q', 'canary')]).toEqual(['1.0.0', '1.0.0']);
  });

  it('is approved neither by who asked for it nor by who wrote one of its versions', async () => {
    const own = await asked([wanted()], ada);
    await approve(own, ada).expect(problem(403, 'self-approval'));
    await work
      .prompt('post', 'q', '/versions', bob)
      .send({ content: { kind: 'text', text: 'mine' }, version: '2.0.0' })
      .expect(201);
    const written = await asked([
      wanted({ label: 'canary' }),
      wanted({ prompt: 'q', version: '2.0.0' }),
    ]);
    await approve(written, bob).expect(problem(403, 'self-approval'));
    await approve(own, app.admin.token).expect(problem(403, 'self-approval'));

    await approve(written, ada).expect(200);
    await approve(own, bob).expect(200);
  });

  it('is for admins to decide, and never for keys', async () => {
    await protect({ movers: ['developer', 'key'], approvals: 1 });
    const key = await work.makeKey({ verbs: ['read', 'publish', 'label'] });
    const id = await asked();
    const other = await work.signInAs('developer');
    const viewer = await work.signInAs('viewer');
    for (const token of [key, other, viewer, developer]) {
      await approve(id, token).expect(problem(403, 'forbidden'));
      await reject(id, token).expect(problem(403, 'forbidden'));
    }
    await ask(undefined, viewer).expect(problem(403, 'forbidden'));
    const stranger = await (await PromptWorkspace.create(app)).signInAs('admin');
    await approve(id, stranger).expect(problem(404, 'not-found'));
    expect((await shown(id)).approvals).toEqual([]);
  });

  it('is asked for by movers only: a key among them as much as a person', async () => {
    const key = await work.makeKey({ verbs: ['read', 'label'] });
    await withoutAWrite(work, () =>
      ask(undefined, key).expect(
        problem(403, 'label-protected', { errors: [fault('/moves/0/label', 'label-protected')] }),
      ),
    );
    await protect({ movers: ['key'], approvals: 1 });
    await ask().expect(problem(403, 'label-protected'));
    const id = await asked(undefined, key);
    expect((await shown(id)).requestedBy).toMatchObject({ kind: 'key', name: 'test' });

    await protect({ movers: ['admin'], approvals: 1 });
    await approve(id).expect(problem(403, 'label-protected'));
    expect(await shown(id)).toMatchObject({ status: 'pending', approvals: [] });
  });

  it('that needs no approval is made at once', async () => {
    const made = await ask([wanted({ label: 'staging' })]).expect(201);

    expect(made.body).toMatchObject({ status: 'applied', requiredApprovals: 0 });
    expect(await pointsTo('p', 'staging')).toBe('1.0.0');
  });

  it('removes a label too', async () => {
    await approve(await asked()).expect(200);
    const id = await asked([wanted({ version: null })]);
    expect((await shown(id)).moves).toMatchObject([{ from: '1.0.0', version: null }]);
    await approve(id).expect(200);

    expect(await pointsTo()).toBeUndefined();
  });

  it('is judged by the policies as they are when it is approved', async () => {
    const id = await asked();
    await protect({ movers: ['developer'], approvals: 2 });
    expect((await shown(id)).requiredApprovals).toBe(2);
    expect((await approve(id, ada).expect(200)).body.status).toBe('pending');
    await protect({ movers: ['developer'], approvals: 1 });

    const { body } = await approve(id, ada).expect(200);
    expect(body).toMatchObject({ status: 'applied', requiredApprovals: 1, approvals: [{}] });
  });
});

describe('a promotion that ends otherwise', () => {
  it('is rejected with a reason', async () => {
    const id = await asked();
    const { body } = await reject(id).expect(200);

    expect(body).toMatchObject({ status: 'rejected', decisionReason: 'not now', approvals: [] });
    for (const late of [approve(id, bob), reject(id, bob), withdraw(id)]) {
      await late.expect(problem(409, 'promotion-decided', { promotionStatus: 'rejected' }));
    }
    expect(await pointsTo()).toBeUndefined();
    expect((await promotionEvents()).at(-1)).toMatchObject({
      type: 'promotion.rejected',
      data: { reason: 'not now' },
    });
  });

  it('is withdrawn by who asked for it, and by nobody else', async () => {
    const id = await asked();
    await withdraw(id, ada).expect(problem(403, 'forbidden'));
    await withdraw(id).expect(204);

    expect(await shown(id)).toMatchObject({ status: 'withdrawn' });
    await approve(id).expect(problem(409, 'promotion-decided'));
    expect((await promotionEvents()).at(-1)?.type).toBe('promotion.withdrawn');
  });

  it('is superseded in the moment when one of its labels moves otherwise', async () => {
    const both = await asked([wanted(), wanted({ prompt: 'q' })]);
    const other = await asked([wanted({ version: '1.1.0' })]);
    const apart = await asked([wanted({ label: 'canary' }), wanted({ prompt: 'q' })]);
    await approve(other).expect(200);

    expect(await shown(both)).toMatchObject({ status: 'superseded', decidedAt: expect.anything() });
    await approve(both).expect(problem(409, 'promotion-decided'));
    expect((await shown(apart)).status).toBe('pending');
    const trail = await promotionEvents();
    const [applied, superseded] = trail.slice(-2);
    expect([applied?.type, superseded?.type]).toEqual([
      'promotion.applied',
      'promotion.superseded',
    ]);
    expect(superseded).toMatchObject({
      revision: applied!.revision,
      subject: { id: both, name: 'p@production and 1 more' },
      data: { prompt: 'p', label: 'production', move: 1 },
    });
    await breakGlass('1.0.0', 'q').expect(200);
    expect((await shown(apart)).status).toBe('superseded');
  });
});

describe('the moves of a promotion', () => {
  it('are made together or not at all, and it can be approved again', async () => {
    const id = await asked([wanted(), wanted({ prompt: 'q' })]);
    await work.prompt('put', 'q', '/versions/1.0.0/yank').send({ reason: 'bad' }).expect(204);
    await withoutAWrite(work, () => approve(id).expect(problem(409, 'version-yanked')));
    expect(await shown(id)).toMatchObject({ status: 'pending', approvals: [] });
    expect(await pointsTo('p')).toBeUndefined();
    await work.prompt('delete', 'q', '/versions/1.0.0/yank').expect(204);
    await work.prompt('delete', 'p').expect(204);
    await withoutAWrite(work, () => approve(id).expect(problem(409, 'prompt-archived')));
    await work.prompt('post', 'p', '/restore').expect(200);

    await approve(id).expect(200);
    expect([await pointsTo('p'), await pointsTo('q')]).toEqual(['1.0.0', '1.0.0']);
  });

  it('wait for their soak: the approval that comes too early is not recorded', async () => {
    const soakMs = 240_000;
    await protect({
      movers: ['developer'],
      approvals: 1,
      soakLabel: 'staging',
      soakSeconds: soakMs / 1000,
    });
    const id = await asked();
    await work.prompt('put', 'p', '/labels/staging').send({ version: '1.0.0' }).expect(200);
    await withoutAWrite(work, () => approve(id).expect(problem(409, 'soak-incomplete')));
    expect((await shown(id)).approvals).toEqual([]);
    const clock = app.application.nest.get(Clock);
    jest.spyOn(clock, 'nowMs').mockImplementation(() => Date.now() + soakMs);

    expect((await approve(id).expect(200)).body.status).toBe('applied');
  });

  it('are refused with the place of what is wrong with them', async () => {
    const wrong: readonly [object, string, string][] = [
      [{ moves: [] }, '/moves', 'array-min-size'],
      [{ moves: Array(101).fill(wanted()) }, '/moves', 'array-max-size'],
      [{ moves: [wanted({ label: 'v1' })] }, '/moves/0/label', 'invalid-label'],
      [{ moves: [wanted(), wanted()] }, '/moves/1/label', 'duplicate-move'],
      [{ moves: [wanted({ from: '1.0.0' })] }, '/moves/0/from', 'unknown-field'],
      [{ moves: [wanted({ version: undefined })] }, '/moves/0/version', 'required'],
      [{ moves: [wanted({ version: null })] }, '/moves/0/version', 'no-move'],
      [{ reason: undefined }, '/reason', 'required'],
      [{ requestedBy: 'ada' }, '/requestedBy', 'unknown-field'],
    ];
    for (const [fields, pointer, code] of wrong) {
      await work
        .request('post', '/promotions', developer)
        .send({ moves: [wanted()], reason: 'ready', ...fields })
        .expect(
          problem(400, 'validation-failed', {
            errors: expect.arrayContaining([fault(pointer, code)]),
          }),
        );
    }
  });

  it('are refused when they could not be made, with the place of the fault', async () => {
    await work.prompt('put', 'q', '/versions/1.0.0/yank').send({ reason: 'bad' }).expect(204);
    const second = (move: object) => ask([wanted(), wanted({ prompt: 'q', ...move })]);
    const at = (field: string, code: string) => ({ errors: [fault(`/moves/1/${field}`, code)] });

    await withoutAWrite(work, async () => {
      await second({ version: '9.9.9' }).expect(
        problem(404, 'unknown-selector', at('version', 'unknown-selector')),
      );
      await second({}).expect(problem(409, 'version-yanked', at('version', 'version-yanked')));
      await second({ prompt: 'none' }).expect(problem(404, 'not-found', at('prompt', 'not-found')));
    });
    expect(await promotionEvents()).toEqual([]);
  });
});

describe('the list of promotions', () => {
  const path = () => `/v1/projects/${work.project}/promotions`;

  it('is newest first, in pages, of every status or one', async () => {
    const ids: string[] = [];
    for (const prompt of ['p', 'q', 'p', 'q', 'p']) ids.unshift(await asked([wanted({ prompt })]));
    await reject(ids[0]!).expect(200);
    await withdraw(ids[3]!).expect(204);

    const listed = async (query: object) =>
      (await listEverything(app, path(), { ...query })).map(({ id }: { id: string }) => id);
    expect(await listed({})).toEqual(ids);
    expect(await listed({ status: 'pending' })).toEqual([ids[1], ids[2], ids[4]]);
    expect(await listed({ status: 'rejected' })).toEqual([ids[0]]);
    await app.asAdmin('get', path()).query({ status: 'done' }).expect(400);
    const { body } = await app.asAdmin('get', path()).query({ limit: 2 }).expect(200);
    await app
      .asAdmin('get', path())
      .query({ cursor: body.nextCursor, status: 'pending' })
      .expect(problem(400, 'invalid-cursor'));
  });

  it('shows a key only what it may read of, and lets it ask for no more', async () => {
    await protect({ movers: ['developer', 'key'], approvals: 1 });
    await work.publish('team/r', '1.0.0');
    const key = await work.makeKey({ verbs: ['read', 'label'], prompts: ['q', 'team/*'] });
    const hidden = await asked();
    const mixed = await asked([wanted({ label: 'canary' }), wanted({ prompt: 'q' })]);
    const visible = await asked([wanted({ prompt: 'team/r' }), wanted({ prompt: 'q' })]);

    const listed = await listEverything(app, path(), {}, key);
    expect(listed.map(({ id }: { id: string }) => id)).toEqual([visible]);
    await work.request('get', `/promotions/${visible}`, key).expect(200);
    for (const id of [hidden, mixed, 'x', '00000000-0000-7000-8000-000000000000']) {
      await work.request('get', `/promotions/${id}`, key).expect(problem(404, 'not-found'));
      await withdraw(id, key).expect(problem(404, 'not-found'));
    }
    await ask([wanted()], key).expect(problem(404, 'not-found'));
    const own = await asked([wanted({ prompt: 'team/r' })], key);
    await withdraw(own, key).expect(204);
  });

  it('belongs to one project', async () => {
    const id = await asked();
    const other = await PromptWorkspace.create(app);
    await other.request('get', `/promotions/${id}`).expect(problem(404, 'not-found'));
    await other
      .request('post', `/promotions/${id}/reject`)
      .send({ reason: 'x' })
      .expect(problem(404, 'not-found'));
    expect((await other.request('get', '/promotions').expect(200)).body.items).toEqual([]);
  });
});
