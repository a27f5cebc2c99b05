import { problem } from '../support/expect-problem.js';
import { freshApplication, type FreshApplication } from '../support/fresh-application.js';
import { newMember, type Person } from '../support/people.js';
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

  it.each([
    ['left the project', (person: Person) => `members/${person.username}`],
    ['is an admin no more', (person: Person) => `members/${person.username}`],
  ])('counts no approval of somebody who %s', async (change, member) => {
    await protect({ movers: ['developer'], approvals: 2 });
    const [first, second, third] = [await admin('a'), await admin('b'), await admin('c')];
    const { body } = await ask().expect(201);
    const id = String(body.id);
    await approve(id, first).expect(200);
    const path = `/${member(first)}`;
    await (change === 'left the project'
      ? work.request('delete', path).expect(204)
      : work.request('put', path).send({ role: 'viewer' }).expect(200));

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
});
