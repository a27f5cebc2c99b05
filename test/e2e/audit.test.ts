import { AuditSequencer, type AuditEntry } from '../../src/audit/index.js';
import { verifyTrail } from '../../src/audit/verification.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';

let app: FreshApplication;
/** A developer of the project `acme`, who may not read its trail. */
let developer: string;

beforeAll(async () => {
  app = await freshApplication();
  for (const name of ['acme', 'other']) {
    await app.asAdmin('post', '/v1/projects').send({ name }).expect(201);
  }
  const credentials = { username: 'dev', password: 'a password of a developer' };
  await app
    .asAdmin('post', '/v1/users')
    .send({ ...credentials, mustChangePassword: false })
    .expect(201);
  await app.asAdmin('put', '/v1/projects/acme/members/dev').send({ role: 'developer' }).expect(200);
  const login = await app.as(null, 'post', '/v1/auth/login').send(credentials).expect(200);
  developer = String(login.body.accessToken);
  await app
    .as(developer, 'post', '/v1/projects/acme/prompts/greeting/versions')
    .set('User-Agent', 'audit-test/1')
    .set('X-Request-Id', 'publish-1')
    .send({ content: { kind: 'text', text: 'A secret recipe' }, version: '1.0.0' })
    .expect(201);
  await app.application.nest.get(AuditSequencer).run();
}, 30_000);

afterAll(() => app.close());

async function entries(path: string): Promise<readonly AuditEntry[]> {
  const answer = await app.asAdmin('get', path).expect(200);
  return answer.body.items as readonly AuditEntry[];
}

it('answers a trail that anybody can check without this program', async () => {
  const newestFirst = await entries('/v1/audit?limit=200');
  const report = await verifyTrail([newestFirst.toReversed()], { checkpoints: [], keys: [] });
  expect(report.brokenAt).toBeUndefined();
  expect(newestFirst.at(-1)!.sequence).toBe(1);
});

it('says who did what, when, from where and in which request, by digests and without content', async () => {
  const [entry] = await entries('/v1/projects/acme/audit?type=prompt.version.published');
  expect(entry).toMatchObject({
    type: 'prompt.version.published',
    actor: { kind: 'user', name: 'dev' },
    requestId: 'publish-1',
    userAgent: 'audit-test/1',
    subject: { name: 'greeting@1.0.0' },
    before: null,
    after: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
  });
  expect(['127.0.0.1', '::1', '::ffff:127.0.0.1']).toContain(entry!.ip);
  expect(Math.abs(Date.parse(entry!.at) - Date.now())).toBeLessThan(60_000);
  const everything = await app.asAdmin('get', '/v1/audit?limit=200');
  expect(everything.text).not.toContain('A secret recipe');
});

it('shows a project its own entries only', async () => {
  const [acme, other, all] = [
    await entries('/v1/projects/acme/audit'),
    await entries('/v1/projects/other/audit'),
    await entries('/v1/audit'),
  ];
  expect(new Set(acme.map(({ projectId }) => projectId)).size).toBe(1);
  expect(acme[0]!.projectId).not.toBe(other[0]!.projectId);
  expect(all.length).toBeGreaterThan(acme.length + other.length);
});

it('is narrowed by actor, subject and time', async () => {
  const published = (await entries('/v1/audit?subject=greeting@1.0.0'))[0]!;
  const byActor = await entries(`/v1/audit?actor=${published.actor.id!}`);
  expect(byActor.every(({ actor }) => actor.name === 'dev')).toBe(true);
  expect(byActor).toContainEqual(published);
  expect(await entries(`/v1/audit?subject=greeting@1.0.0&since=${published.at}`)).toHaveLength(1);
  expect(await entries(`/v1/audit?subject=greeting@1.0.0&until=${published.at}`)).toEqual([]);
});

it('is paged with a cursor', async () => {
  const created = '/v1/audit?type=project.created&limit=1&total=true';
  const first = await app.asAdmin('get', created).expect(200);
  const cursor = String(first.body.nextCursor);
  const second = await app.asAdmin('get', `${created}&cursor=${cursor}`).expect(200);
  const shown = [...(first.body.items as AuditEntry[]), ...(second.body.items as AuditEntry[])];
  expect(shown.map(({ subject }) => subject.name)).toEqual(['other', 'acme']);
  expect([first.body.total, second.body.total, second.body.nextCursor]).toEqual([2, 2, null]);
});

it.each([
  ['since=yesterday', '/since'],
  ['since=2026-13-01T00:00:00Z', '/since'],
  ['until=2026-01-01', '/until'],
  ['until=2026-01-01T00:00:00Z&until=2026-01-02T00:00:00Z', '/until'],
  ['type=%C3%A9', '/type'],
  ['actor=%C3%A9', '/actor'],
  ['type=a%00b', '/type'],
  ['actor=a%00b', '/actor'],
  ['subject=a%00b', '/subject'],
  ['limit=0', '/limit'],
  ['who=me', '/who'],
])('refuses ?%s', async (query, pointer) => {
  const answer = await app.asAdmin('get', `/v1/audit?${query}`).expect(400);
  expect(answer.body).toMatchObject({ code: 'validation-failed', errors: [{ pointer }] });
});

it('refuses a cursor that it did not make', async () => {
  const answer = await app.asAdmin('get', '/v1/audit?cursor=abc').expect(400);
  expect(answer.body.code).toBe('invalid-cursor');
});

it('is closed to everybody but admins', async () => {
  for (const path of ['', '/export', '/verify', '/checkpoints']) {
    await app.as(null, 'get', `/v1/audit${path}`).expect(401);
    await app.as(developer, 'get', `/v1/audit${path}`).expect(403);
  }
  for (const path of ['', '/export']) {
    await app.as(developer, 'get', `/v1/projects/acme/audit${path}`).expect(403);
    await app.as(developer, 'get', `/v1/projects/other/audit${path}`).expect(404);
    await app.asAdmin('get', `/v1/projects/none/audit${path}`).expect(404);
  }
});
