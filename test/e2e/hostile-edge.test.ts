import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import request from 'supertest';
import { mintApiKey } from '../../src/access/api-keys/api-key-format.js';
import { expectProblem, problem } from '../support/expect-problem.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { PromptWorkspace } from '../support/prompt-workspace.js';
import { rawBytes, rawRequest } from '../support/raw-request.js';

const origin = 'https://app.example.com';
const publicUrl = 'https://prompts.example.com';

let app: FreshApplication;
let work: PromptWorkspace;

beforeAll(async () => {
  app = await freshApplication({
    LOG_LEVEL: 'debug',
    PROMPTD_CORS_ORIGINS: `${origin}, http://localhost:5173`,
    PROMPTD_PUBLIC_URL: publicUrl,
  });
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

describe('every answer', () => {
  it.each([
    ['a success', () => get('/v1/projects'), 200],
    ['a refusal', () => app.as(null, 'get', '/v1/projects'), 401],
    ['no route', () => get('/nowhere'), 404],
    ['public', () => app.as(null, 'get', '/v1/version'), 200],
  ])('is for no browser to show, frame, guess at or keep: %s', async (_, send, status) => {
    const answer = await send();

    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject({
      'content-security-policy': "default-src 'none';frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'strict-transport-security': 'max-age=31536000; includeSubDomains',
      'cache-control': 'no-store',
      'x-request-id': expect.any(String),
    });
    expect(answer.headers).not.toHaveProperty('x-powered-by');
    expect(answer.headers).not.toHaveProperty('server');
  });

  it('is so even where the URL is none and the bytes are no HTTP', async () => {
    const unroutable = await get('/v1/projects/%zz');
    problem(400, 'validation-failed')(unroutable);
    expect(unroutable.headers['content-security-policy']).toContain("default-src 'none'");
    const unreadable = await rawBytes(app.url, 'GARBAGE\r\n\r\n');
    problem(400, 'validation-failed')(unreadable);
    for (const { headers } of [unroutable, unreadable]) {
      expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff' });
    }
  });

  it('may be kept where the read path says so', async () => {
    const answer = await work.prompt('get', 'p', '/versions/1.0.0').expect(200);
    expect(answer.headers['cache-control']).toMatch(/^private, max-age=300/);
  });

  it('of the docs lets the page run its own scripts and no other', async () => {
    const page = await get('/docs');
    expect(page.status).toBe(200);
    const policy = String(page.headers['content-security-policy']);
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain(`connect-src 'self' ${publicUrl}`);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(page.text).not.toMatch(/<script(?![^>]*\bsrc=)/);
    expect((await get('/docs/swagger-ui-init.js')).status).toBe(200);
  });
});

describe('a page of another origin', () => {
  const preflight = (from: string, path = '/v1/projects') =>
    request(app.http)
      .options(path)
      .set('Origin', from)
      .set('Access-Control-Request-Method', 'PUT')
      .set('Access-Control-Request-Headers', 'authorization, content-type');

  it('may call when its origin is listed, and is told so before it authenticates', async () => {
    const answer = await preflight(origin).expect(204);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
      'access-control-allow-headers': expect.stringContaining('Authorization'),
      'access-control-max-age': '600',
      'x-request-id': expect.any(String),
      'x-content-type-options': 'nosniff',
    });
    expect(answer.headers).not.toHaveProperty('access-control-allow-credentials');
    await preflight('http://localhost:5173', '/v1/nowhere').expect(204);
  });

  it('sees the answers, their headers and the problems, and no cache mixes origins up', async () => {
    const path = `/v1/projects/${work.project}/prompts/p/versions/1.0.0`;
    const answers = [
      await get(path, { origin }),
      await get('/v1/projects', { origin, authorization: 'Bearer wrong' }),
      await get('/v1/projects?password=x', { origin }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 401, 400]);
    for (const { headers } of answers) {
      expect(headers['access-control-allow-origin']).toBe(origin);
      expect(headers.vary).toMatch(/\bOrigin\b/);
      expect(headers['access-control-expose-headers']).toBe(
        'ETag, Location, Content-Location, X-Request-Id, Idempotency-Replayed, RateLimit, RateLimit-Policy, ' +
          'Retry-After, Deprecation',
      );
      expect(headers).not.toHaveProperty('access-control-allow-credentials');
    }
    expect(answers[0]?.headers.vary).toMatch(/\bAuthorization\b/);
  });

  it.each([
    'https://evil.example.com',
    'http://app.example.com',
    'https://app.example.com:8443',
    'https://app.example.com.evil.example',
    'https://xapp.example.com',
    'null',
    '*',
  ])('is told nothing when its origin is %s', async (from) => {
    problem(404, 'not-found')(await preflight(from));
    const answer = await get('/v1/projects', { origin: from });
    expect(answer.status).toBe(200);
    for (const { headers } of [answer, await preflight(from)]) {
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
      expect(headers.vary).toMatch(/\bOrigin\b/);
    }
  });

  it('is no way to learn of routes without the origin', async () => {
    problem(404, 'not-found')(await rawRequest(app.url, { method: 'OPTIONS', path: '/v1/users' }));
  });
});

describe('a credential in the URL', () => {
  const key = mintApiKey();
  it.each([
    ['an API key', `/v1/projects?q=${key}`],
    ['an API key on no route', `/nowhere?x=${key}`],
    ['an API key on a public route', `/health?key=${encodeURIComponent(key)}`],
    ['an access token', () => `/v1/projects?q=${app.admin.token}`],
    ['a parameter for one', '/v1/projects?access_token=anything'],
    ['a parameter for one in the docs', '/docs?api_key=anything'],
  ])('is refused and repeated nowhere: %s', async (_, path) => {
    const sent = typeof path === 'string' ? path : path();
    const before = app.log.length;

    const answer = await get(sent);

    problem(400, 'credential-in-query')(answer);
    expect(answer.body.detail).toContain('Authorization header');
    const seen = [answer.text, JSON.stringify(answer.headers), ...app.log.slice(before)].join('\n');
    expect(seen).not.toContain(key);
    expect(seen).not.toContain(app.admin.token);
    expect(seen).not.toContain('anything');
  });

  it('is refused before it is believed', async () => {
    const path = `/v1/projects?access_token=${app.admin.token}`;
    problem(400, 'credential-in-query')(await app.as(null, 'get', path));
  });
});

describe('a request that is too much', () => {
  const filler = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`x-${index}`, 'x']));

  it('has so many headers', async () => {
    problem(431, 'headers-too-large')(await get('/v1/projects', filler(100)));
    expect((await get('/v1/projects', filler(90))).status).toBe(200);
  });

  it('has headers of so many bytes', async () => {
    const head = (bytes: number) =>
      `GET /v1/version HTTP/1.1\r\nHost: x\r\nConnection: close\r\nA: ${'b'.repeat(bytes)}\r\n\r\n`;
    problem(431, 'headers-too-large')(await rawBytes(app.url, head(17_000)));
    expect((await rawBytes(app.url, head(15_000))).status).toBe(200);
  });

  it('has so long a request line', async () => {
    problem(431, 'headers-too-large')(await get(`/v1/projects?q=${'x'.repeat(17_000)}`));
  });

  it('has so many parameters', async () => {
    const parameters = (count: number) => Array.from({ length: count }, () => 'tag=a').join('&');
    const path = `/v1/projects/${work.project}/prompts`;
    problem(400, 'validation-failed')(await get(`${path}?${parameters(101)}`));
    const answer = await get(`${path}?${parameters(100)}`);
    if (answer.status !== 200) expectProblem(answer);
    expect(answer.status).toBeLessThan(500);
  });

  it('has a body that is too large or too deep', async () => {
    const post = (body: string) =>
      app.asAdmin('post', '/v1/projects').type('application/json').send(body);
    problem(413, 'payload-too-large', { detail: expect.stringContaining('larger than 1 MiB') })(
      await post(`{"name":"${'x'.repeat(1024 * 1024)}"}`),
    );
    problem(400, 'validation-failed')(await post('['.repeat(100_000)));
  });
});

describe('a connection that is held open', () => {
  /** What comes back until the server ends the connection. */
  async function heldOpen(first: string): Promise<string> {
    const { hostname, port } = new URL(app.url);
    const socket: Socket = connect(Number(port), hostname);
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.write(first);
    await once(socket, 'close');
    return Buffer.concat(chunks).toString();
  }

  it('ends when the request does not arrive in time, while others are served', async () => {
    const { headersTimeout, requestTimeout } = app.http;
    expect([headersTimeout, requestTimeout]).toEqual([10_000, 30_000]);
    // Node looks once a second; nobody wants to wait for ten.
    app.http.headersTimeout = 100;
    app.http.requestTimeout = 100;
    try {
      const head = 'POST /v1/auth/login HTTP/1.1\r\nHost: x\r\n';
      const slow = [
        ...Array.from({ length: 10 }, () => heldOpen('')),
        ...Array.from({ length: 50 }, () => heldOpen(head)),
        ...Array.from({ length: 50 }, () =>
          heldOpen(`${head}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{`),
        ),
      ];
      await app.as(null, 'get', '/health').expect(200);
      const answers = await Promise.all(slow);
      for (const answer of answers) {
        expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
        expect(answer).toContain('"code":"request-timeout"');
        expect(answer).toContain('Connection: close');
      }
    } finally {
      Object.assign(app.http, { headersTimeout, requestTimeout });
    }
  });
});

it('has no CORS and promises no https unless it is told to', async () => {
  const plain = await freshApplication();
  try {
    const headers = { origin, 'access-control-request-method': 'GET' };
    const answer = await rawRequest(plain.url, {
      ...{ method: 'OPTIONS', path: '/v1/projects', headers },
    });
    problem(404, 'not-found')(answer);
    const read = await rawRequest(plain.url, { path: '/v1/version', headers });
    for (const seen of [answer.headers, read.headers]) {
      expect(Object.keys(seen).filter((name) => name.startsWith('access-control'))).toEqual([]);
      expect(seen).not.toHaveProperty('strict-transport-security');
    }
  } finally {
    await plain.close();
  }
});
