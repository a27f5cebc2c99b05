import { connect } from 'node:net';
import { expectProblem, problem } from '../support/expect-problem.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { PromptWorkspace } from '../support/prompt-workspace.js';
import { rawBytes, rawRequest } from '../support/raw-request.js';
import { until } from '../support/until.js';

let app: FreshApplication;
let work: PromptWorkspace;

beforeAll(async () => {
  app = await freshApplication({ LOG_LEVEL: 'debug' });
  work = await PromptWorkspace.create(app);
  await work.publish('p', '1.0.0');
});
afterAll(() => app.close());
afterEach(async () => {
  await app.as(null, 'get', '/health').expect(200);
});

const authorized = () => ({ authorization: `Bearer ${app.admin.token}` });
const get = (path: string, headers: Record<string, string> = {}) =>
  rawRequest(app.url, { path, headers: { ...authorized(), ...headers } });
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

describe('a path', () => {
  it.each([
    '/nowhere',
    '/v1',
    '/v1/',
    '/v2/projects',
    '/v1/projects/',
    '//v1/projects',
    '/v1//projects',
    '/V1/projects',
    '/v1/projects/acme/prompts/p/versions/1.0.0/nowhere',
    '/v1/projects/../../etc/passwd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/.env',
    '/docs/%2e%2e%2fpackage.json',
    '/openapi.json/x',
    '/v1/projects;x=1',
    '/?x=1',
    '/%00',
  ])('that is no route is told so: %s', async (path) => {
    problem(404, 'not-found')(await get(path));
  });

  it.each(['/v1/projects/%zz', '/v1/projects/%', '/%ff', '/v1/projects/%c0%af', '/%u0041'])(
    'that is no UTF-8 cannot be read: %s',
    async (path) => {
      problem(400, 'validation-failed')(await get(path));
    },
  );

  it.each([
    ['a long segment', () => `/v1/projects/${'x'.repeat(1025)}`, 400],
    ['a segment just short enough', () => `/v1/projects/${'x'.repeat(1024)}`, 404],
    ['many segments', () => '/x'.repeat(4000), 404],
    ['a long query', () => `/v1/projects?q=${'x'.repeat(8000)}`, 400],
    ['more than the parser takes', () => `/${'x'.repeat(20_000)}`, 431],
  ])('with %s is answered', async (_, path, status) => {
    const answer = await get(path());
    expectProblem(answer);
    expect(answer.status).toBe(status);
  });

  it.each(['/docs/../package.json', '/docs/%2e%2e/package.json', '/docs/..%5cpackage.json'])(
    'leads out of no folder: %s',
    async (path) => {
      const answer = await get(path);
      expectProblem(answer);
      expect([400, 403, 404]).toContain(answer.status);
    },
  );

  it('in a problem is not repeated', async () => {
    const { text } = await get('/nowhere/<script>alert(1)</script>?token=secret-4711');
    expect(text).not.toMatch(/script|secret-4711/);
  });
});

describe('a method', () => {
  it.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'LOCK'])(
    '%s that a route does not have is no route',
    async (method) => {
      const sent = { method, path: '/v1/projects', headers: authorized() };
      problem(404, 'not-found')(await rawRequest(app.url, sent));
    },
  );

  it('cannot be changed by a header or a parameter', async () => {
    const answer = await rawRequest(app.url, {
      method: 'POST',
      path: `/v1/projects/${work.project}?_method=DELETE`,
      headers: { ...authorized(), 'x-http-method-override': 'DELETE' },
    });
    problem(404, 'not-found')(answer);
    await work.request('get', '').expect(200);
  });
});

describe('bytes that are no request', () => {
  const path = '/v1/projects';
  it.each([
    ['noise', 'GARBAGE\r\n\r\n'],
    ['an unknown method', `FOO ${path} HTTP/1.1\r\nHost: x\r\n\r\n`],
    ['an unknown protocol', `GET ${path} HTTP/9.9\r\nHost: x\r\n\r\n`],
    ['a TLS hello', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n'],
    ['a header without a name', `GET ${path} HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n`],
    ['a header with a NUL', `GET ${path} HTTP/1.1\r\nHost: x\r\nA: b\x00c\r\n\r\n`],
    ['a folded header', `GET ${path} HTTP/1.1\r\nHost: x\r\nX-Request-Id: a\r\n b\r\n\r\n`],
    [
      'two lengths',
      `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab`,
    ],
    [
      'a length and chunks',
      `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    ['a negative length', `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n`],
  ])('but %s are answered as a problem, and the connection is closed', async (_, bytes) => {
    const answer = await rawBytes(app.url, bytes);

    problem(400, 'validation-failed')(answer);
    expect(answer.headers['x-request-id']).toMatch(uuid);
    expect(answer.headers.connection).toBe('close');
  });

  it('that stop in the middle of a body are no failure of the server', async () => {
    const { hostname, port } = new URL(app.url);
    const socket = connect(Number(port), hostname);
    const name = 'hangs-up';
    socket.write(
      `POST /v1/projects/${work.project}/prompts/${name}/versions HTTP/1.1\r\nHost: x\r\n` +
        `Authorization: Bearer ${app.admin.token}\r\nContent-Type: application/json\r\n` +
        `X-Request-Id: ${name}\r\nContent-Length: 1000\r\n\r\n{"version":`,
      () => socket.destroy(),
    );
    const logged = () => app.log.filter((line) => line.includes(name)).join('');
    await until(
      () => Promise.resolve(logged()),
      (line) => line.includes('validation-failed'),
    );
    expect(logged()).not.toMatch(/"level":"(error|warn)"/);
    await work.prompt('get', name).expect(problem(404, 'not-found'));
  });
});

describe('the request id', () => {
  it.each(['a', 'abc-123', '4bf92f3577b34da6:00f067aa0ba902b7', 'x'.repeat(128)])(
    'may be given by the caller: %.40s',
    async (id) => {
      const answer = await get('/nowhere', { 'x-request-id': id });
      expect(answer.headers['x-request-id']).toBe(id);
      expect(answer.body.instance).toBe(`urn:request:${id}`);
      const fine = await get('/v1/projects', { 'x-request-id': id });
      expect(fine.headers['x-request-id']).toBe(id);
    },
  );

  it.each([
    '',
    ' ',
    'a b',
    'a,b',
    '<script>',
    "a'--",
    '${x}',
    'é',
    'x'.repeat(129),
    'x'.repeat(10_000),
  ])('is another one when the caller gives %.40j', async (id) => {
    const answer = await get('/nowhere', { 'x-request-id': id });
    expect(answer.headers['x-request-id']).toMatch(uuid);
    expectProblem(answer);
  });

  it('cannot bring a header of its own', async () => {
    const answer = await rawBytes(
      app.url,
      'GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n' +
        'X-Request-Id: a%0d%0aSet-Cookie: x=y\r\nX-Request-Id: b\r\n\r\n',
    );
    expect(answer.headers).not.toHaveProperty('set-cookie');
    expect(answer.headers['x-request-id']).toMatch(uuid);
  });
});

describe('headers that make no sense', () => {
  it.each([
    ['accept', 'nonsense/*;q=x'],
    ['accept-encoding', 'br;q=9'],
    ['content-encoding', 'gzip'],
    ['range', 'bytes=0-1'],
    ['cookie', '__proto__=x; a=b'],
    ['x-forwarded-for', "1.1.1.1, '; DROP TABLE users"],
    ['forwarded', 'for="[::1]"'],
    ['user-agent', 'x'.repeat(5000)],
    ['origin', 'null'],
    ['traceparent', '00-zz'],
    ['if-modified-since', 'never'],
  ])('are no reason to fail: %s', async (name, value) => {
    const path = `/v1/projects/${work.project}/prompts/p/versions/latest`;
    const answer = await get(path, { [name]: value });
    expect(answer.status).toBe(200);
  });

  it.each([
    '',
    'Bearer',
    'Bearer ',
    'Basic YWRtaW46YWRtaW4=',
    'Bearer x',
    'Bearer a.b.c',
    'Bearer pdk_',
    `Bearer pdk_${'A'.repeat(38)}`,
    `Bearer ${'x'.repeat(8000)}`,
    'Bearer é',
    "Bearer ' OR 1=1",
  ])('are no credential: %.30j', async (authorization) => {
    const answer = await get('/v1/projects', { authorization });
    problem(401, 'unauthenticated')(answer);
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer /);
  });

  it('may be a user agent longer than a column, also on a write', async () => {
    await work
      .prompt('post', 'agent', '/versions')
      .set('User-Agent', 'é'.repeat(300))
      .send({ version: '1.0.0', content: { kind: 'text', text: 'a' } })
      .expect(201);
  });
});

describe('the log', () => {
  it('holds no credential and no body', async () => {
    await get('/v1/projects', {
      authorization: 'Bearer leaked-credential',
      cookie: 'a=leaked-cookie',
    });
    await app
      .as(null, 'post', '/v1/auth/login')
      .send({ username: 'nobody', password: 'leaked-password' })
      .expect(problem(401, 'unauthenticated'));
    await work
      .prompt('post', 'p', '/versions')
      .send({ version: 'v1', content: { kind: 'text', text: 'leaked-content' } })
      .expect(problem(400, 'validation-failed'));

    expect(app.log.join('\n')).not.toMatch(/leaked-|pdk_|eyJ[\w-]+\./);
  });
});
