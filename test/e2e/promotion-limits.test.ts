import type { Test } from 'supertest';
import { MAX_WRITTEN, RefusalTrail } from '../../src/access/throttling/refusal-trail.js';
import { INSTANCE_PROJECT } from '../../src/platform/events/index.js';
import { problem } from '../support/expect-problem.js';
import { freshApplication, type FreshApplication } from '../support/fresh-application.js';
import { eventsOf, newMember, type Person } from '../support/people.js';
import { PromptWorkspace } from '../support/prompt-workspace.js';

const MAX_PENDING = 20;
const moves = [{ prompt: 'p', label: 'production', version: '1.0.0' }];
const reason = 'the tests ask for it';

describe('a promotion', () => {
  let app: FreshApplication;
  let work: PromptWorkspace;
  let developer: string;
  beforeAll(async () => {
    app = await freshApplication();
  });
  beforeEach(async () => {
    work = await PromptWorkspace.create(app);
    await work.publish('p', '1.0.0');
    developer = await work.signInAs('developer');
  });
  afterAll(() => app.close());

  const protect = (policy: object) =>
    work.request('put', '/label-policies/production').send(policy).expect(200);
  const ask = (body: object = { moves }, token = developer) =>
    work.request('post', '/promotions', token).send({ reason, ...body });
  const approve = (id: string, { token }: Person) =>
    work.request('post', `/promotions/${id}/approve`, token).send({});
  const admin = (name: string) => newMember(app, work.project, 'admin', `${work.project}-${name}`);

  it('is one of twenty pending ones of its label at most, and breaking the glass ends them all', async () => {
    await protect({ movers: ['developer'], approvals: 1 });
    for (let asked = 0; asked < MAX_PENDING; asked += 1) await ask().expect(201);

    await ask().expect(problem(409, 'too-many-promotions'));

    await work
      .prompt('put', 'p', '/labels/production')
      .send({ version: '1.0.0', breakGlass: true, reason })
      .expect(200);
    const pending = await work.request('get', '/promotions?status=pending').expect(200);
    expect(pending.body.items).toEqual([]);
  });

  it.each<[string, (path: string) => Test]>([
    ['left the project', (path) => work.request('delete', path).expect(204)],
    [
      'is an admin no more',
      (path) => work.request('put', path).send({ role: 'viewer' }).expect(200),
    ],
  ])('counts no approval of somebody who %s', async (_, change) => {
    await protect({ movers: ['developer'], approvals: 2 });
    const [first, second, third] = [await admin('a'), await admin('b'), await admin('c')];
    const { body } = await ask().expect(201);
    const id = String(body.id);
    await approve(id, first).expect(200);
    await change(`/members/${first.username}`);

    expect((await approve(id, second).expect(200)).body.status).toBe('pending');
    expect((await approve(id, third).expect(200)).body.status).toBe('applied');
  });

  it('counts no approval of somebody who was deactivated', async () => {
    await protect({ movers: ['developer'], approvals: 2 });
    const [first, second] = [await admin('a'), await admin('b')];
    const id = String((await ask().expect(201)).body.id);
    await approve(id, first).expect(200);
    await app.asAdmin('delete', `/v1/users/${first.id}`).expect(204);

    expect((await approve(id, second).expect(200)).body.status).toBe('pending');
  });

  it('that needs no approval says what it expects where the policy asks every move to', async () => {
    await protect({ movers: ['developer'], requireExpected: true });
    await ask().expect(problem(428, 'expected-version-required'));
    const wrong = [{ ...moves[0], expectedVersion: '9.0.0' }];
    await ask({ moves: wrong }).expect(problem(409, 'label-conflict'));

    const right = [{ ...moves[0], expectedVersion: null }];
    expect((await ask({ moves: right }).expect(201)).body.status).toBe('applied');
  });

  it('that a policy refuses is written down like every refusal, so many and then as a number', async () => {
    await protect({ movers: ['admin'] });
    for (let asked = 0; asked < MAX_WRITTEN + 5; asked += 1) {
      await ask().expect(problem(403, 'label-protected'));
    }

    app.application.nest.get(RefusalTrail, { strict: false }).summarize();

    const { body } = await app.asAdmin('get', '/v1/projects').expect(200);
    const { id } = (body.items as { id: string; name: string }[]).find(
      ({ name }) => name === work.project,
    )!;
    const denied = (await eventsOf(app, id)).filter(({ type }) => type === 'access.denied');
    expect(denied).toHaveLength(MAX_WRITTEN);
    const counted = (await eventsOf(app, INSTANCE_PROJECT)).filter(
      ({ type }) => type === 'refusals.counted',
    );
    expect(counted.at(-1)?.data).toMatchObject({ refusal: 'access.denied', count: 5 });
  });
});
