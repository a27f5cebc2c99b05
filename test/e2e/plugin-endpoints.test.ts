import { ActivePlugins } from '../../src/plugins/index.js';
import { problem } from '../support/expect-problem.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { PromptWorkspace } from '../support/prompt-workspace.js';
import { rawRequest } from '../support/raw-request.js';
import { servePlugin, testPackage } from '../support/plugins/served-plugin.js';
import { endRunners } from '../support/sandboxed-plugin.js';

// The first test of a run waits for the build.
jest.setTimeout(180_000);

const everybody = ['viewer', 'developer', 'admin'];
const name = 'acme.answers';
const get = (handler: string, path: string, other: object = {}) => ({
  ...{ handler, method: 'GET', path, roles: everybody },
  ...other,
});
const manifest = {
  name,
  endpoints: [
    get('answer', '/answers/:which'),
    get('echo', '/echo/:first/then/:second'),
    get('echo', '/echo', { method: 'POST' }),
    get('parameter', '/paths/:one/:two'),
    get('literal', '/paths/:one/literal'),
    get('parameter', '/deep/:a/:b', { method: 'PUT' }),
    get('literal', '/deep/:a/literal'),
    get('checked', '/checked', {
      method: 'POST',
      input: {
        type: 'object',
        properties: { answer: {}, constructor: { type: 'integer' } },
        required: ['answer'],
        additionalProperties: false,
      },
      output: { type: 'integer', maximum: 9 },
    }),
    get('throws', '/throws'),
    get('loops', '/loops'),
    get('waits', '/waits'),
    get('hosts', '/hosts'),
    get('huge', '/huge'),
    get('bomb', '/bomb'),
    get('missing', '/missing'),
    get('literal', '/for/developers', { roles: ['developer'] }),
    get('literal', '/for/admins', { roles: ['admin'] }),
    get('literal', '/delete/it', { method: 'DELETE' }),
    get('literal', '/patch/it', { method: 'PATCH' }),
  ],
  limits: { wallMs: 1_500, endpointSliceMs: 300 },
};

let app: FreshApplication;
let workspace: PromptWorkspace;

beforeAll(async () => {
  app = await freshApplication({ PROMPTD_RATE_LIMIT_WRITES: '0' });
  workspace = await PromptWorkspace.create(app);
  await servePlugin(app, testPackage('answers', manifest), {
    host: (op) => (op === 'kv.get' ? new Promise(() => undefined) : undefined),
  });
});
afterAll(async () => {
  await app.close();
  await endRunners();
});

const url = (path: string, project: string | null = workspace.project) =>
  `/v1/plugins/${name}${path}${project === null ? '' : `?project=${project}`}`;
const ask = (path: string) => app.asAdmin('get', url(path));

describe('an endpoint of a plugin', () => {
  it('is told of its request what it needs, and of no credential', async () => {
    const { body } = await app
      .asAdmin('get', `${url('/echo/a%2Fb/then/%C3%A4')}&x=1&y=a+b`)
      .set('Cookie', 'session=secret')
      .set('X-Api-Key', 'secret')
      .set('Proxy-Authorization', 'Basic secret')
      .set('Accept-Language', 'de')
      .set('Idempotency-Key', 'once')
      .expect(200);
    expect(body).toMatchObject({
      method: 'GET',
      path: '/echo/a%2Fb/then/%C3%A4',
      params: { first: 'a/b', second: 'ä' },
      query: { x: '1', y: 'a b' },
      body: null,
      project: workspace.project,
      caller: { kind: 'user', id: expect.any(String), roles: everybody },
    });
    expect(body.headers).toMatchObject({ 'accept-language': 'de', 'idempotency-key': 'once' });
    expect(JSON.stringify(body)).not.toContain('secret');
    expect(JSON.stringify(body)).not.toContain(app.admin.token);
    expect(Object.keys(body.query as object)).toEqual(['x', 'y']);
  });

  it('is found by a literal before a parameter, and only by its whole path', async () => {
    expect((await ask('/paths/a/literal').expect(200)).text).toBe('literal');
    expect((await ask('/paths/a/%6Citeral').expect(200)).text).toBe('literal');
    expect((await ask('/paths/a/other').expect(200)).body).toEqual({ one: 'a', two: 'other' });
    const absent = [
      '/',
      '/paths',
      '/paths/a',
      '/paths/a/b/c',
      '/paths/a/',
      '/paths//a',
      '/PATHS/a/b',
    ];
    const odd = ['/paths/%2e%2e/a', '/paths/./a', '/paths/a%00/b', '/constructor', '/__proto__'];
    const own = ['/-/answers/json', '/%2D/answers/json', '/-/nothing'];
    for (const path of [...absent, ...odd, ...own]) {
      const { status } = await rawRequest(app.url, {
        method: 'GET',
        path: url(path),
        headers: { Authorization: `Bearer ${app.admin.token}` },
      });
      expect([path, status]).toEqual([path, 404]);
    }
  });

  it('is found by a generated client, which sends the whole path as one encoded value', async () => {
    const encoded = (path: string) => `/${encodeURIComponent(path)}`;
    expect((await ask(encoded('paths/a/literal')).expect(200)).text).toBe('literal');
    expect((await ask(encoded('paths/a/b c')).expect(200)).body).toEqual({ one: 'a', two: 'b c' });
    const inside = `echo/${encodeURIComponent('a/100%')}/then/${encodeURIComponent('ä')}`;
    const { body } = await ask(encoded(inside)).expect(200);
    expect(body).toMatchObject({
      path: '/echo/a%2F100%25/then/%C3%A4',
      params: { first: 'a/100%', second: 'ä' },
    });
    await app.asAdmin('delete', url(encoded('delete/it'))).expect(200);
    await app.asAdmin('post', url(encoded('paths/a/b'))).expect(problem(405, 'method-not-allowed'));
  });

  it('is not found by a slash inside of a value, nor is what is promptd’s own', async () => {
    const absent = [
      ...[
        '/paths%2Fa/literal',
        '/paths/a%2Fliteral',
        '/paths%2Fa%252Fliteral',
        '/%2Fpaths%2Fa%2Fb',
      ],
      ...[
        '/-%2Fhealth',
        '/%2D%2Fhealth',
        '/%252D%2Fhealth',
        '/..%2Fpaths%2Fa%2Fb',
        '/paths%2F%2Fb',
      ],
      ...['/paths%2Fa%2F', '/paths%2F%252e%252e%2Fb', '/paths%2Fa%2F%25', '/paths%2Fa%2Fb%2500'],
    ];
    for (const path of absent) {
      const { status } = await rawRequest(app.url, {
        method: 'GET',
        path: url(path),
        headers: { Authorization: `Bearer ${app.admin.token}` },
      });
      expect([path, status]).toEqual([path, 404]);
    }
  });

  it('is asked with its method, and says which when it is another', async () => {
    await app.asAdmin('delete', url('/delete/it')).expect(200);
    await app.asAdmin('patch', url('/patch/it')).send({}).expect(200);
    await app.asAdmin('put', url('/deep/a/literal')).send({}).expect(200);
    const refused = await app
      .asAdmin('post', url('/deep/a/literal'))
      .send({})
      .expect(problem(405, 'method-not-allowed'));
    expect(refused.headers.allow).toBe('GET, PUT, HEAD');
    const head = await fetch(app.url + url('/paths/a/literal'), {
      method: 'HEAD',
      headers: { Authorization: `Bearer ${app.admin.token}` },
    });
    expect([head.status, head.headers.get('X-Promptd-Plugin')]).toEqual([200, name]);
  });

  it('answers with its own status and JSON or text, which nobody keeps, frames or guesses at', async () => {
    const created = await ask('/answers/json').expect(201);
    expect(created.body).toEqual({ done: true });
    expect(created.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none';frame-ancestors 'none'",
      'x-promptd-plugin': name,
    });
    expect(created.headers).not.toHaveProperty('x-promptd-plugin-unsigned');
    expect((await ask('/answers/nothing').expect(200)).text).toBe('');
    expect((await ask('/answers/null').expect(200)).text).toBe('null');
    expect((await ask('/answers/empty').expect(204)).text).toBe('');
    expect((await ask('/answers/refused').expect(422)).body).toEqual({ error: 'no' });
    expect((await ask('/answers/surrogate').expect(200)).text).toBe('half \ufffd pair');
    const markdown = await ask('/answers/markdown').expect(200);
    expect(markdown.headers).toMatchObject({
      'content-type': 'text/markdown; charset=utf-8',
      'content-language': 'de',
    });
  });

  it('sets no header but those that are its own to set', async () => {
    const { headers } = await ask('/answers/forbiddenHeaders').expect(200);
    expect(headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      'x-promptd-plugin': name,
    });
    for (const header of ['set-cookie', 'location', 'access-control-allow-origin']) {
      expect(headers).not.toHaveProperty(header);
    }
    expect(headers).not.toHaveProperty('x-promptd-plugin-unsigned');
  });

  it.each([
    ...['half', 'serverError', 'internal', 'informational', 'textStatus', 'noStatus'],
    ...['html', 'script', 'svg', 'jsonAsText', 'splitType', 'splitLanguage', 'otherCharset'],
    ...['numberHeader', 'listHeaders', 'more', 'aList', 'aText', 'aNull'],
    ...['absent', '__proto__', 'constructor', 'toString'],
  ])('that answers with what is none fails as a plugin: %s', async (which) => {
    const answer = await ask(`/answers/${which}`).expect(problem(502, 'plugin-failed'));
    expect(answer.body).toMatchObject({ plugin: name });
    expect(answer.headers).not.toHaveProperty('set-cookie');
    expect(answer.body.detail).toContain(name);
  });

  it('takes what its schema takes and answers what its schema says', async () => {
    const send = (body: object) => app.asAdmin('post', url('/checked')).send(body);
    expect((await send({ answer: 7 }).expect(200)).text).toBe('7');
    const { body } = await send({ answer: 7, more: 1 }).expect(problem(400, 'validation-failed'));
    expect(body.errors).toHaveLength(1);
    await send({}).expect(problem(400, 'validation-failed'));
    await send({ answer: 1, constructor: 'x' }).expect(problem(400, 'validation-failed'));
    await send([]).expect(problem(400, 'validation-failed'));
    await app.asAdmin('post', url('/checked')).expect(problem(400, 'validation-failed'));
    await send({ answer: 10 }).expect(problem(502, 'plugin-failed', { reason: 'wrong-answer' }));
    await send({ answer: '7' }).expect(problem(502, 'plugin-failed', { reason: 'wrong-answer' }));
  });

  it('takes 256 KiB of strict JSON and no more', async () => {
    const post = (text: string) =>
      app.asAdmin('post', url('/echo')).set('Content-Type', 'application/json').send(text);
    const most = JSON.stringify('x'.repeat(256 * 1024 - 2));
    expect((await post(most).expect(200)).body.body).toHaveLength(256 * 1024 - 2);
    await post(JSON.stringify('x'.repeat(256 * 1024 - 1))).expect(
      problem(413, 'payload-too-large'),
    );
    await post(`${' '.repeat(256 * 1024)}1`).expect(problem(413, 'payload-too-large'));
    await post('{"a":1,"a":2}').expect(problem(400, 'validation-failed'));
    await post('{"__proto__":{}}').expect(problem(400, 'validation-failed'));
    await app
      .asAdmin('post', url('/echo'))
      .set('Content-Type', 'text/plain')
      .send('x')
      .expect(problem(415, 'unsupported-media-type'));
  });

  it('takes a parameter of the query once', async () => {
    await app
      .asAdmin('get', `${url('/echo/a/then/b')}&x=1&x=2`)
      .expect(problem(400, 'validation-failed'));
    await app
      .asAdmin('get', `${url('/echo/a/then/b')}&project=x`)
      .expect(problem(400, 'validation-failed'));
    await app
      .asAdmin('get', `${url('/echo/a/then/b')}&__proto__=x`)
      .expect(problem(400, 'validation-failed'));
    const { body } = await app.asAdmin('get', `${url('/echo/a/then/b')}&constructor=x`).expect(200);
    expect(body.query).toEqual({ constructor: 'x' });
  });
});

describe('a plugin that fails', () => {
  it('is named, and its own words are short and marked as its own', async () => {
    const { body } = await ask('/throws').expect(
      problem(502, 'plugin-failed', { plugin: name, reason: 'thrown' }),
    );
    expect(body.detail).toBe(`The plugin ${name} failed. It threw an error.`);
    expect(body.pluginMessage).toContain('own words xxx');
    expect(body.pluginMessage.length).toBeLessThanOrEqual(500);
    expect(body.pluginMessage).not.toMatch(/[\u0000-\u001f]/);
  });

  it('with an endless loop or an endless wait does not hold anybody up', async () => {
    await workspace.publish('steady', '1.0.0');
    const reads = async () => {
      const started = performance.now();
      await workspace.prompt('get', 'steady', '/versions/1.0.0').expect(200);
      return performance.now() - started;
    };
    // One after the other: what ends the process for one of them answers the others too.
    const failing = async () =>
      [await ask('/loops'), await ask('/waits'), await ask('/bomb')] as const;
    const failed = failing();
    const times: number[] = [];
    for (let read = 0; read < 20; read += 1) times.push(await reads());
    const [loop, wait, bomb] = await failed;
    expect(Math.max(...times)).toBeLessThan(5_000);
    expect([loop.status, wait.status]).toEqual([504, 504]);
    problem(504, 'plugin-timeout', { plugin: name, reason: 'timeout' })(wait);
    expect(bomb.status).toBeGreaterThanOrEqual(502);
    await ask('/answers/null').expect(200);
  });

  it('with a result that is too large, or a function that is not there, is a bad gateway', async () => {
    await ask('/huge').expect(problem(502, 'plugin-failed', { reason: 'too-large' }));
    await ask('/missing').expect(problem(502, 'plugin-failed'));
    await ask('/hosts').expect(problem(502, 'plugin-failed', { reason: 'thrown' }));
  });

  it('that is killed in the middle of a call is one failed call, and then well again', async () => {
    const plugin = await servePlugin(
      app,
      testPackage('answers', { ...manifest, name: 'acme.killed' }),
      {
        host: (op) => {
          if (op !== 'kv.get') return undefined;
          process.kill(plugin.runner.stats().pid!, 'SIGKILL');
          return new Promise(() => undefined);
        },
      },
    );
    const there = (path: string) =>
      app.asAdmin('get', `/v1/plugins/acme.killed${path}?project=${workspace.project}`);
    await there('/waits').expect(problem(502, 'plugin-failed', { reason: 'crashed' }));
    await there('/answers/json').expect(201);
  });

  it('that is being stopped says when to ask again', async () => {
    const plugin = await servePlugin(
      app,
      testPackage('answers', { ...manifest, name: 'acme.stopped' }),
    );
    await plugin.runner.stop(0);
    const answer = await app
      .asAdmin('get', `/v1/plugins/acme.stopped/answers/null?project=${workspace.project}`)
      .expect(problem(503, 'plugin-unavailable', { reason: 'stopped' }));
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    app.application.nest.get(ActivePlugins, { strict: false }).remove('acme.stopped');
    await app
      .asAdmin('get', `/v1/plugins/acme.stopped/answers/null?project=${workspace.project}`)
      .expect(problem(404, 'not-found'));
  });
});

it('requests to plugins count as reads or writes by their method', async () => {
  const limited = await freshApplication({ PROMPTD_RATE_LIMIT_WRITES: '2' });
  try {
    await servePlugin(limited, testPackage('answers', manifest));
    await limited.asAdmin('post', '/v1/projects').send({ name: 'limited' }).expect(201);
    const path = `/v1/plugins/${name}/echo?project=limited`;
    await limited.asAdmin('post', path).send({}).expect(200);
    await limited.asAdmin('post', path).send({}).expect(problem(429, 'rate-limited'));
    await limited.asAdmin('get', `/v1/plugins/${name}/answers/null?project=limited`).expect(200);
  } finally {
    await limited.close();
  }
});
