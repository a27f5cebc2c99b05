import type { Response } from 'supertest';
import { AccessGuard } from '../../src/access/access.guard.js';
import { Clock } from '../../src/platform/time/index.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { newMember, newPerson } from '../support/people.js';
import { PromptWorkspace } from '../support/prompt-workspace.js';
import { type RawRequest, rawRequest } from '../support/raw-request.js';

/** The front hands on what a page of another origin sends, so this is the other path. */
const viaFramework = { Origin: 'https://page.example' };

let app: FreshApplication;
let work: PromptWorkspace;
let key: string;
let framework: jest.SpiedFunction<AccessGuard['canActivate']>;

beforeAll(async () => {
  framework = jest.spyOn(AccessGuard.prototype, 'canActivate');
  app = await freshApplication();
  work = await PromptWorkspace.create(app);
  key = await work.makeKey({});
});
beforeEach(() => {
  framework.mockClear();
});
let clock: jest.SpiedFunction<Clock['nowMs']> | undefined;
const after = (ms: number) => {
  const nowMs = Date.now() + ms;
  clock = jest.spyOn(app.application.nest.get(Clock), 'nowMs').mockReturnValue(nowMs);
};
afterEach(() => {
  clock?.mockRestore();
});
afterAll(() => app.close());

const pathOf = (name: string, selector: string) =>
  `/v1/projects/${work.project}/prompts/${encodeURIComponent(name)}/versions/${selector}`;

function send(path: string, credential: string, sent: Partial<RawRequest> = {}) {
  const { headers, ...rest } = sent;
  return rawRequest(app.url, {
    path,
    headers: { Authorization: `Bearer ${credential}`, 'X-Request-Id': 'same', ...headers },
    ...rest,
  });
}

/** All that a client sees, but the time and what only belongs to the connection. */
function shown({ status, headers, text }: Response) {
  const { date: _date, connection: _connection, 'keep-alive': _keepAlive, ...rest } = headers;
  return { status, headers: rest, text };
}

async function published(name: string) {
  await work.publish(name, '1.0.0');
  await work.publish(name, '1.1.0', { labels: ['production'] });
  await work.publish(name, '1.2.0');
  await work.publish(name, '1.3.0');
  const { digest } = await work.publish(name, '2.0.0');
  await work.prompt('put', name, '/versions/1.2.0/yank').send({ reason: 'bad' }).expect(204);
  await work.prompt('post', name, '/versions/1.3.0/purge').send({ reason: 'leak' }).expect(204);
  await work
    .prompt('put', name, '/versions/1.0.0/deprecation')
    .send({ message: 'old', replacement: null })
    .expect(204);
  return String(digest);
}

describe('a read that the front answers', () => {
  let digest: string;
  beforeAll(async () => {
    digest = await published('team/p');
    // From now on the front knows the key.
    await send(pathOf('team/p', '1.0.0'), key, { headers: viaFramework });
  });

  it.each([
    ...['1.0.0', '1.1.0', '1.2.0', '2.0.0', 'latest', 'production'],
    ...['^1', '%5E1', '~1.1.0', '1.x', '%3E%3D1%20%3C2', 'nope,production', 'nope%2C^1,latest'],
  ])('of %s is the same as the framework gives, loaded and from memory', async (selector) => {
    const path = pathOf('team/p', selector);
    const answers = [await send(path, key), await send(path, key)];
    expect(framework).not.toHaveBeenCalled();
    const expected = shown(await send(path, key, { headers: viaFramework }));
    expect(framework).toHaveBeenCalledTimes(1);
    expect(expected).toMatchObject({ status: 200, headers: { 'x-request-id': 'same' } });
    expect(answers.map(shown)).toEqual([expected, expected]);
  });

  it.each(['2.0.0', 'latest', '^2'])('of %s that is not modified, too', async (selector) => {
    const path = pathOf('team/p', selector);
    for (const tag of [`"${digest}-1"`, `W/"${digest}-1"`, '*', `"other", "${digest}-1"`]) {
      const condition = { 'If-None-Match': tag };
      const answer = await send(path, key, { headers: condition });
      expect(framework).not.toHaveBeenCalled();
      const headers = { ...condition, ...viaFramework };
      const expected = shown(await send(path, key, { headers }));
      expect(expected.status).toBe(304);
      expect(shown(answer)).toEqual(expected);
      framework.mockClear();
    }
  });

  it('with the digest of a lock file, too', async () => {
    const path = `${pathOf('team/p', '2.0.0')}?digest=${digest}`;
    const answer = await send(path, key);
    expect(framework).not.toHaveBeenCalled();
    expect(answer.headers['cache-control']).toContain('immutable');
    expect(shown(answer)).toEqual(shown(await send(path, key, { headers: viaFramework })));
  });

  it('by a person and by a key that is bound to the prompt, too', async () => {
    const viewer = await newMember(app, work.project, 'viewer');
    const bound = await work.makeKey({ prompts: ['team/*'] });
    const path = pathOf('team/p', 'latest');
    for (const credential of [app.admin.token, viewer.token, bound]) {
      const expected = shown(await send(path, credential, { headers: viaFramework }));
      framework.mockClear();
      expect(shown(await send(path, credential))).toEqual(expected);
      expect(framework).not.toHaveBeenCalled();
    }
  });
});

describe('a request that is no plain read of a known caller', () => {
  beforeAll(async () => {
    await published('other/p');
    await send(pathOf('other/p', '1.0.0'), key, { headers: viaFramework });
  });

  const twice = async (path: string, credential: string, sent: Partial<RawRequest> = {}) => {
    const answers = [await send(path, credential, sent), await send(path, credential, sent)];
    const headers = { ...sent.headers, ...viaFramework };
    const expected = shown(await send(path, credential, { ...sent, headers }));
    expect(answers.map(shown)).toEqual([expected, expected]);
    return expected;
  };

  it.each([
    ['9.9.9', 404, 'unknown-selector'],
    ['nope', 404, 'unknown-selector'],
    ['1.3.0', 410, 'version-purged'],
    ['*', 400, 'invalid-selector'],
    ['%20', 400, 'invalid-selector'],
    ['%zz', 400, 'validation-failed'],
    ['%2e%2e', 400, 'invalid-selector'],
    ['1.0.0%2F', 400, 'invalid-selector'],
    ['1.0.0%00', 400, 'invalid-selector'],
    ['x'.repeat(300), 400, 'invalid-selector'],
    [`1.0.0?digest=sha256:${'0'.repeat(64)}`, 412, 'precondition-failed'],
    ['1.0.0?digest=', 400, 'validation-failed'],
    ['1.0.0?access_token=x', 400, 'credential-in-query'],
    ['1.0.0?other=1', 400, 'validation-failed'],
    ['', 404, 'not-found'],
    ['1.0.0/', 404, 'not-found'],
    ['1.0.0/nothing', 404, 'not-found'],
  ])('%s is refused as ever', async (selector, status, code) => {
    const answer = await twice(pathOf('other/p', selector), key);
    expect({ status: answer.status, code: JSON.parse(answer.text).code }).toEqual({ status, code });
  });

  it.each([
    ['HEAD', { method: 'HEAD' }],
    ['a body', { headers: { 'Content-Length': '2' }, body: '{}' }],
    ['101 headers', { headers: Object.fromEntries(countTo(101).map((n) => [`x-${n}`, '1'])) }],
  ])('with %s is answered as ever', async (_, sent) => {
    await twice(pathOf('other/p', '1.0.0'), key, sent);
  });

  it('that names nothing that is there says so', async () => {
    expect((await twice(pathOf('missing', '1.0.0'), key)).status).toBe(404);
    const elsewhere = `/v1/projects/missing/prompts/p/versions/latest`;
    expect((await twice(elsewhere, key)).status).toBe(404);
  });

  it('of a caller who may not is refused, warm or cold', async () => {
    const other = await PromptWorkspace.create(app);
    const stranger = await newPerson(app, `stranger-${work.project}`);
    const mustChange = await newPerson(app, `new-${work.project}`, { mustChangePassword: true });
    const expected: [string, number][] = [
      [await other.makeKey({}), 404],
      [await work.makeKey({ prompts: ['team/*', 'other'] }), 404],
      [await work.makeKey({ verbs: ['publish'] }), 403],
      [stranger.token, 404],
      [mustChange.token, 403],
      ['pdk_nonsense', 401],
      [`${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`, 401],
      [`${app.admin.token}x`, 401],
    ];
    for (const [credential, status] of expected) {
      expect((await twice(pathOf('other/p', '1.0.0'), credential)).status).toBe(status);
    }
    const anonymous = await rawRequest(app.url, { path: pathOf('other/p', '1.0.0') });
    expect(anonymous.status).toBe(401);
  });
});

describe('what was answered from memory', () => {
  let path: string;
  let readers = 0;
  beforeEach(async () => {
    readers += 1;
    const name = `fresh/${readers}`;
    path = pathOf(name, 'production');
    await work.publish(name, '1.0.0', { labels: ['production'] });
  });
  const warm = async (credential: string) => {
    await send(path, credential);
    framework.mockClear();
    expect((await send(path, credential)).status).toBe(200);
    expect(framework).not.toHaveBeenCalled();
  };
  const name = () => `fresh/${readers}`;

  it('is never answered to a key that was revoked, nor to one that has expired', async () => {
    const made = await work.request('post', '/keys').send({ name: 'short' }).expect(201);
    await warm(String(made.body.key));
    await work.request('delete', `/keys/${String(made.body.id)}`).expect(204);
    expect((await send(path, String(made.body.key))).status).toBe(401);

    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    const short = await work.makeKey({ expiresAt });
    await warm(short);
    after(61_000);
    expect((await send(path, short)).status).toBe(401);
  });

  it('is never answered to somebody who lost the role, the session or the account', async () => {
    const names = ['role', 'session', 'account', 'time'].map(
      (what) => `${what}-${work.project}-${readers}`,
    );
    const [demoted, left, gone, late] = await Promise.all(
      names.map((username) => newMember(app, work.project, 'viewer', username)),
    );
    for (const person of [demoted, left, gone, late]) await warm(person!.token);

    await work.request('delete', `/members/${demoted!.username}`).expect(204);
    expect((await send(path, demoted!.token)).status).toBe(404);
    await app.as(left!.token, 'post', '/v1/auth/logout').send({ refreshToken: left!.refreshToken });
    expect((await send(path, left!.token)).status).toBe(401);
    await app.asAdmin('delete', `/v1/users/${gone!.id}`).expect(204);
    expect((await send(path, gone!.token)).status).toBe(401);
    after(16 * 60_000);
    expect((await send(path, late!.token)).status).toBe(401);
  });

  it('is never older than the last answered write', async () => {
    await warm(key);
    const latest = () => send(pathOf(name(), 'latest'), key);
    const body = async () => JSON.parse((await latest()).text).version as string;
    expect(await body()).toBe('1.0.0');
    await work.publish(name(), '1.1.0', { labels: ['production'] });
    expect(await body()).toBe('1.1.0');
    expect(JSON.parse((await send(path, key)).text).version).toBe('1.1.0');
    const production = work.prompt('put', name(), '/labels/production');
    await production.send({ version: '1.0.0' }).expect(200);
    expect(JSON.parse((await send(path, key)).text).version).toBe('1.0.0');
    await work.prompt('put', name(), '/versions/1.1.0/yank').send({ reason: 'bad' }).expect(204);
    expect(await body()).toBe('1.0.0');
    const yanked = await send(pathOf(name(), '1.1.0'), key);
    expect(yanked.headers.deprecation).toMatch(/^@\d+$/);
    await work.prompt('delete', name(), '/versions/1.1.0/yank').expect(204);
    expect(await body()).toBe('1.1.0');
    await work.prompt('post', name(), '/versions/1.1.0/purge').send({ reason: 'l' }).expect(204);
    expect((await send(pathOf(name(), '1.1.0'), key)).status).toBe(410);
    expect(await body()).toBe('1.0.0');
    await work.prompt('delete', name(), '/labels/production').expect(204);
    expect((await send(path, key)).status).toBe(404);
  });

  it('appears as soon as it is made, after it was missed', async () => {
    const made = pathOf(`late/${readers}`, 'latest');
    expect((await send(made, key)).status).toBe(404);
    await work.publish(`late/${readers}`, '1.0.0');
    expect((await send(made, key)).status).toBe(200);
  });

  it('is counted, logged and noted like every request', async () => {
    await warm(key);
    await send(path, key, { headers: { 'X-Request-Id': 'noted' } });
    const { text } = await app.as(null, 'get', '/metrics').expect(200);
    expect(text).toMatch(/versions\/:selector",status="200"\} [1-9]/);
  });
});

function countTo(last: number): readonly number[] {
  return Array.from({ length: last }, (_, index) => index + 1);
}
