import { randomUUID } from 'node:crypto';
import { problem } from '../support/expect-problem.js';
import {
  type FreshApplication,
  freshApplication,
  type Method,
} from '../support/fresh-application.js';
import { newPerson, somePassword } from '../support/people.js';
import { PromptWorkspace, uniqueName } from '../support/prompt-workspace.js';
import { rawRequest } from '../support/raw-request.js';
import { queryRaw } from '../support/written-rows.js';

let app: FreshApplication;
let work: PromptWorkspace;
let key: string;

beforeAll(async () => {
  app = await freshApplication();
});
afterAll(() => app.close());
beforeEach(async () => {
  work = await PromptWorkspace.create(app);
  key = randomUUID();
});

const content = { kind: 'text', text: 'Hello' };
const keyed = (method: Method, path: string) =>
  work.request(method, path).set('Idempotency-Key', key);

async function expectNoRecord(): Promise<void> {
  const [row] = await queryRaw(app, 'SELECT COUNT(*) AS n FROM idempotency_keys');
  expect(Number(row?.n)).toBe(0);
}

describe('an Idempotency-Key is ignored', () => {
  beforeEach(() => queryRaw(app, 'DELETE FROM idempotency_keys'));

  it('on reads', async () => {
    await work.publish('p', '1.0.0');
    const read = () => keyed('get', '/prompts/p').expect(200);
    expect((await read()).body.description).toBeNull();
    await work.prompt('patch', 'p').send({ description: 'new' }).expect(200);
    expect((await read()).body.description).toBe('new');
    await work.request('get', '/prompts/p').set('Idempotency-Key', 'not valid').expect(200);
    await expectNoRecord();
  });

  it('where a POST only reads', async () => {
    await work.publish('p', '1.0.0');
    await keyed('post', '/prompts/p/versions/latest/render').send({}).expect(200);
    await keyed('post', '/prompts/p/versions/check').send({ content }).expect(200);
    await expectNoRecord();
  });

  it('where somebody signs in or out', async () => {
    const { username } = await newPerson(app, uniqueName('user'));
    const signIn = () =>
      app
        .as(null, 'post', '/v1/auth/login')
        .set('Idempotency-Key', key)
        .send({ username, password: somePassword });
    const [one, two] = [await signIn().expect(200), await signIn().expect(200)];
    expect(one.body.refreshToken).not.toBe(two.body.refreshToken);
    const signOut = () =>
      app.as(one.body.accessToken, 'post', '/v1/auth/logout').set('Idempotency-Key', key);
    await signOut().expect(204);
    await signOut().expect(401);
    await expectNoRecord();
  });
});

describe('a hostile Idempotency-Key', () => {
  const send = (value: string | string[]) =>
    rawRequest(app.url, {
      method: 'POST',
      path: `/v1/projects/${work.project}/prompts/p/versions`,
      headers: {
        authorization: `Bearer ${app.admin.token}`,
        'content-type': 'application/json',
        'idempotency-key': value,
      },
      body: JSON.stringify({ content, bump: 'auto' }),
    });

  it.each([
    ['empty', ''],
    ['of 300 characters', 'k'.repeat(300)],
    ['with a space', 'a b'],
    ['with a tab', 'a\tb'],
    ['in Latin-1', 'cl\u00e9'],
    ['sent twice', ['a', 'a']],
    ['sent twice with different values', ['a', 'b']],
  ])('is refused when it is %s', async (_, value) => {
    problem(400, 'validation-failed', {
      errors: [expect.objectContaining({ pointer: '/Idempotency-Key', code: 'invalid-header' })],
    })(await send(value));
    await work.prompt('get', 'p').expect(404);
  });

  it.each([
    ['as long as it may be', 'k'.repeat(255)],
    ['quoted', '"8e03978e-40d5-43e8-bc93-6894a57f9324"'],
    ['that looks like SQL', `'--;DROP`],
    ['that looks like an object', '__proto__'],
  ])('is like any other when it is one %s', async (_, value) => {
    const first = await send(value);
    const again = await send(value);
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.text).toBe(first.text);
    const { body } = await work.prompt('get', 'p').expect(200);
    expect(body.versionCount).toBe(1);
  });
});
