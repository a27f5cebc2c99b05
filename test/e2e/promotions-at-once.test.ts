import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { type Answer, HttpClient, outcomes, together } from '../support/http-client.js';
import { eventsOf, newPerson } from '../support/people.js';
import { uniqueName } from '../support/prompt-workspace.js';

// A crowd takes its time on a busy machine; what must not happen is that a caller is turned away.
jest.setTimeout(60_000);

const reason = 'an outage of everything';
const prompts = ['a', 'b', 'c'];
const versions = ['1.0.0', '1.0.1', '1.0.2'];

let app: FreshApplication;
let admin: HttpClient;
let ada: HttpClient;
let bob: HttpClient;
let project: string;
let projectId: string;

beforeAll(async () => {
  app = await freshApplication();
  const people = ['ada', 'bob'].map((name) => newPerson(app, name, { instanceAdmin: true }));
  const [first, second] = await Promise.all(people);
  admin = new HttpClient(app.url, app.admin.token);
  ada = new HttpClient(app.url, first!.token);
  bob = new HttpClient(app.url, second!.token);
});
afterAll(() => app.close());
beforeEach(async () => {
  project = `/v1/projects/${uniqueName('project')}`;
  const made = await admin.send('POST', '/v1/projects', { name: project.split('/')[3] });
  projectId = String(made.body.id);
  for (const prompt of prompts) {
    for (const version of versions) {
      const content = { kind: 'text', text: `${prompt} ${version}` };
      const path = `${project}/prompts/${prompt}/versions`;
      expect(await admin.send('POST', path, { content, version })).toMatchObject({ status: 201 });
    }
  }
  for (const label of ['production', 'canary']) await protect(label, 1);
});
afterEach(() => {
  const failures = app.log.filter((line) => /"level":"(error|fatal)"/.test(line));
  expect(failures).toEqual([]);
});

const protect = (label: string, approvals: number) =>
  admin.send('PUT', `${project}/label-policies/${label}`, { movers: ['admin'], approvals });
const ask = async (...moves: readonly (readonly [string, string, string])[]) => {
  const answer = await admin.send('POST', `${project}/promotions`, {
    moves: moves.map(([prompt, label, version]) => ({ prompt, label, version })),
    reason: 'ready',
  });
  expect(answer.status).toBe(201);
  return String(answer.body.id);
};
const approve = (who: HttpClient, id: string) =>
  who.send('POST', `${project}/promotions/${id}/approve`, {});
const reject = (who: HttpClient, id: string) =>
  who.send('POST', `${project}/promotions/${id}/reject`, { reason: 'no' });
const force = (prompt: string, label: string, version: string) =>
  admin.send('PUT', `${project}/prompts/${prompt}/labels/${label}`, {
    version,
    reason,
    breakGlass: true,
  });
const statusOf = async (id: string) =>
  String((await admin.send('GET', `${project}/promotions/${id}`)).body.status);
const journal = async (prompt: string, label = 'production') => {
  const { body } = await admin.send('GET', `${project}/prompts/${prompt}/labels/${label}/history`);
  return (body.items ?? []) as readonly Readonly<
    Record<'move' | 'from' | 'to' | 'ground', string>
  >[];
};
const eventCount = async (type: string) =>
  (await eventsOf(app, projectId)).filter((event) => event.type === type).length;

function oneOf(answers: readonly Answer[], ...expected: readonly Record<string, number>[]): void {
  expect(expected).toContainEqual(outcomes(answers));
}

describe('decisions about one promotion at once', () => {
  it('apply it once when two approve it', async () => {
    const id = await ask(['a', 'production', '1.0.0'], ['b', 'production', '1.0.0']);
    const answers = await Promise.all([ada, bob].map((who) => approve(who, id)));

    oneOf(answers, { 200: 1, '409 promotion-decided': 1 });
    for (const prompt of ['a', 'b']) expect(await journal(prompt)).toHaveLength(1);
    expect(await eventCount('promotion.applied')).toBe(1);
  });

  it('count both when it takes two', async () => {
    await protect('production', 2);
    const id = await ask(['a', 'production', '1.0.0']);
    const answers = await Promise.all([ada, bob].map((who) => approve(who, id)));

    oneOf(answers, { 200: 2 });
    expect(answers.map(({ body }) => String(body.status)).sort()).toEqual(['applied', 'pending']);
    expect(await journal('a')).toHaveLength(1);
  });

  it('count one who approves many times once', async () => {
    await protect('production', 2);
    const id = await ask(['a', 'production', '1.0.0']);
    oneOf(await together(8, () => approve(ada, id)), { 200: 8 });

    expect(await statusOf(id)).toBe('pending');
    expect(await eventCount('promotion.approved')).toBe(1);
  });

  it('either apply or reject it', async () => {
    const id = await ask(['a', 'production', '1.0.0']);
    const answers = await Promise.all([approve(ada, id), reject(bob, id)]);

    oneOf(answers, { 200: 1, '409 promotion-decided': 1 });
    const applied = answers[0].status === 200;
    expect(await statusOf(id)).toBe(applied ? 'applied' : 'rejected');
    expect(await journal('a')).toHaveLength(applied ? 1 : 0);
  });

  it('never move a label from where the approver did not see it', async () => {
    for (const prompt of prompts) {
      const id = await ask([prompt, 'production', '1.0.0']);
      const [approved, forced] = await Promise.all([
        approve(ada, id),
        force(prompt, 'production', '1.0.1'),
      ]);

      expect(forced.status).toBe(200);
      const applied = approved.status === 200;
      expect(await statusOf(id)).toBe(applied ? 'applied' : 'superseded');
      const moves = (await journal(prompt)).map(({ from, to, ground }) => [from, to, ground]);
      expect(moves).toEqual([
        [applied ? '1.0.0' : null, '1.0.1', 'break-glass'],
        ...(applied ? [[null, '1.0.0', 'promotion']] : []),
      ]);
    }
  });
});

describe('many promotions at once', () => {
  it('each end in one way, whatever the order of their prompts', async () => {
    const orders = [
      ['a', 'b', 'c'],
      ['c', 'b', 'a'],
      ['b', 'a', 'c'],
    ];
    const rounds = 20;
    const answers = await together(rounds, async (index) => {
      const version = versions[index % versions.length]!;
      const moves = orders[index % orders.length]!.map((prompt) => ({
        prompt,
        label: 'production',
        version,
      }));
      const asked = await admin.send('POST', `${project}/promotions`, { moves, reason: 'ready' });
      // Somebody else may have promoted the same version meanwhile, and then it is no move.
      if (asked.status !== 201) return asked;
      return approve(index % 2 === 0 ? ada : bob, String(asked.body.id));
    });

    const counted = outcomes(answers);
    const allowed = ['200', '400 validation-failed', '409 promotion-decided'];
    expect(Object.keys(counted).filter((key) => !allowed.includes(key))).toEqual([]);
    const applied = counted['200'] ?? 0;
    expect(applied).toBeGreaterThan(0);
    for (const prompt of prompts) {
      const moves = await journal(prompt);
      expect(moves).toHaveLength(applied);
      moves.slice(1).forEach(({ to }, index) => {
        expect(moves[index]!.from).toBe(to);
      });
    }
  });

  it('are superseded once each by moves of different prompts that they share', async () => {
    // Publishes to a and to b end the two promotions in opposite orders.
    const rounds = 3;
    for (let round = 1; round <= rounds; round += 1) {
      const ids = [
        await ask(['a', 'canary', '1.0.0'], ['b', 'production', '1.0.0']),
        await ask(['a', 'production', '1.0.0'], ['b', 'canary', '1.0.0']),
      ];
      await protect('canary', 0);
      await protect('production', 0);
      const answers = await Promise.all(
        ['a', 'b'].map((prompt) =>
          admin.send('POST', `${project}/prompts/${prompt}/versions`, {
            content: { kind: 'text', text: `${prompt} ${round}` },
            version: `2.0.${round}`,
            labels: ['canary', 'production'],
          }),
        ),
      );

      oneOf(answers, { 201: 2 });
      expect(await Promise.all(ids.map(statusOf))).toEqual(['superseded', 'superseded']);
      expect(await eventCount('promotion.superseded')).toBe(2 * round);
      await protect('canary', 1);
      await protect('production', 1);
    }
  });
});
