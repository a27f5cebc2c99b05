import { expectProblem, fault, problem } from '../support/expect-problem.js';
import {
  type FreshApplication,
  freshApplication,
  type Method,
} from '../support/fresh-application.js';
import { PromptWorkspace } from '../support/prompt-workspace.js';
import { rawRequest } from '../support/raw-request.js';
import { withoutAWrite } from '../support/written-rows.js';

let app: FreshApplication;
let work: PromptWorkspace;

beforeAll(async () => {
  app = await freshApplication();
  work = await PromptWorkspace.create(app);
  await work.publish('p', '1.0.0');
});
afterAll(() => app.close());
afterEach(async () => {
  await app.as(null, 'get', '/health').expect(200);
});

const publishPath = () => `/v1/projects/${work.project}/prompts/p/versions`;

/** A body as it is, bytes and content type, to the route with the richest request. */
const publish = (body: string | Uint8Array, contentType = 'application/json') =>
  rawRequest(app.url, {
    method: 'POST',
    path: publishPath(),
    headers: {
      authorization: `Bearer ${app.admin.token}`,
      ...(contentType !== '' && { 'content-type': contentType }),
    },
    body,
  });
const textOf = (json: string) => `{"version":"2.0.0","content":{"kind":"text","text":${json}}}`;

describe('a body', () => {
  it.each([
    ['{', 'invalid-json'],
    ['{"a":1,}', 'invalid-json'],
    ["{'a':1}", 'invalid-json'],
    ['{"a":1} {}', 'invalid-json'],
    ['{} // why', 'invalid-json'],
    ['NaN', 'invalid-json'],
    [' ', 'invalid-json'],
    ['{"a":01}', 'invalid-json'],
    ['{"a":"\u0001"}', 'invalid-json'],
    ['\u0000', 'invalid-json'],
    ['\uFEFF{}', 'byte-order-mark'],
    ['{"version":"1.0.1","version":"1.0.2"}', 'duplicate-key'],
    ['{"version":"1.0.1","v\\u0065rsion":"1.0.2"}', 'duplicate-key'],
    ['{"__proto__":{"version":"1.0.1"}}', 'forbidden-key'],
    [textOf('{"__proto__":1}'), 'forbidden-key'],
    [textOf('"\\u0000"'), 'nul-character'],
    [textOf('"\\ud800"'), 'lone-surrogate'],
    [textOf('"\\udc00\\ud800"'), 'lone-surrogate'],
    [textOf('1e400'), 'unsafe-number'],
    [textOf('12345678901234567890'), 'unsafe-number'],
    ['['.repeat(100_000), 'too-deep'],
    [`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`, 'too-deep'],
    [textOf(`${'['.repeat(63)}${']'.repeat(63)}`), 'too-deep'],
  ])('%.60j is refused as %s', async (body, code) => {
    await withoutAWrite(work, async () => {
      const answer = await publish(body);
      problem(400, 'validation-failed', { errors: [fault(expect.any(String), code)] })(answer);
    });
  });

  it.each([
    ['a byte that never is', [0xff]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['half a character', [0xe2, 0x82]],
    ['a code point beyond the last', [0xf4, 0x90, 0x80, 0x80]],
  ])('that holds %s is no UTF-8', async (_, bytes) => {
    const [head, tail] = textOf('"?"').split('?');
    const body = Buffer.concat([Buffer.from(head!), Buffer.from(bytes), Buffer.from(tail!)]);
    problem(400, 'validation-failed', { errors: [fault('', 'invalid-utf8')] })(await publish(body));
  });

  it('of 2 MiB is refused by its length, and before its end', async () => {
    const body = textOf(`"${'x'.repeat(2 * 1024 * 1024)}"`);
    for (const headers of [{ 'content-length': String(body.length) }, {}]) {
      const answer = await rawRequest(app.url, {
        method: 'POST',
        path: publishPath(),
        headers: {
          authorization: `Bearer ${app.admin.token}`,
          'content-type': 'application/json',
          ...headers,
        },
        body,
      });
      problem(413, 'payload-too-large')(answer);
    }
  });

  it('of a thousand unknown fields is answered with a few of them', async () => {
    const fields = Array.from({ length: 1000 }, (_, index) => `"f${index}":1`);
    const answer = await publish(`{${fields.join(',')}}`);

    problem(400, 'validation-failed')(answer);
    expect(answer.body.errors).toHaveLength(50);
  });

  it.each([
    '',
    'text/plain',
    'text/json',
    'application/xml',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/problem+json',
    'application/octet-stream',
    'application/json5',
    'nonsense',
    '*/*',
  ])('of the type %j is not read', async (contentType) => {
    await withoutAWrite(work, async () => {
      const answer = await publish(textOf('"new"'), contentType);
      problem(415, 'unsupported-media-type')(answer);
    });
  });

  it.each([
    'application/json; charset=utf-8',
    'Application/JSON',
    'application/json;charset=UTF-8',
  ])('of the type %s is', async (contentType) => {
    const published = await publish(
      textOf('"This is p@1.0.0."').replace('2.0.0', '1.0.0'),
      contentType,
    );
    expect(published.status).toBe(200);
  });

  it('may be missing where none is read, whatever type it is said to have', async () => {
    const label = `/v1/projects/${work.project}/prompts/p/labels/gone`;
    for (const headers of [{}, { 'content-length': '0' }]) {
      await app.asAdmin('put', label).send({ version: '1.0.0' }).expect(200);
      const answer = await rawRequest(app.url, {
        method: 'DELETE',
        path: label,
        headers: {
          authorization: `Bearer ${app.admin.token}`,
          'content-type': 'application/json',
          ...headers,
        },
      });
      expect([answer.status, answer.text]).toEqual([204, '']);
    }
  });
});

interface Operation {
  readonly requestBody?: unknown;
}

/** Every operation that reads a body, from the OpenAPI document, with its path filled in. */
function bodyOperations(): {
  readonly id: string;
  readonly method: Method;
  readonly path: string;
}[] {
  const values: Record<string, string> = {
    project: work.project,
    name: 'p',
    version: '1.0.0',
    selector: '1.0.0',
    label: 'production',
  };
  return Object.entries(app.application.describe().paths).flatMap(([template, item]) =>
    Object.entries(item as Record<string, Operation>)
      .filter(([, { requestBody }]) => requestBody !== undefined)
      .map(([method]) => ({
        id: `${method} ${template}`,
        method: method as Method,
        path: template.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? 'x'),
      })),
  );
}

/** Those whose body promptd knows the fields of: what is sent to a plugin is for the plugin's manifest to say. */
const operationsWithFields = () =>
  bodyOperations().filter(({ id }) => !id.endsWith('/v1/plugins/{plugin}/{path}'));

describe('every operation that reads a body', () => {
  const refusal = (code: string, pointer: unknown = expect.any(String)) => ({
    status: 400,
    code: 'validation-failed',
    errors: expect.arrayContaining([expect.objectContaining({ pointer, code })]),
  });

  it('is in the document that this suite is made from', () => {
    expect(bodyOperations().map(({ id }) => id)).toEqual(
      expect.arrayContaining([
        'post /v1/auth/login',
        'post /v1/projects',
        'post /v1/projects/{project}/prompts/{name}/versions',
        'put /v1/projects/{project}/prompts/{name}/labels/{label}',
      ]),
    );
  });

  it.each(['surprise', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', 'then', ''])(
    'refuses the field %j',
    async (field) => {
      await withoutAWrite(work, async () => {
        for (const { id, method, path } of operationsWithFields()) {
          const answer = await app.asAdmin(method, path).send({ [field]: { name: 'x' } });
          expectProblem(answer);
          expect({ id, ...answer.body }).toMatchObject({
            id,
            ...refusal('unknown-field', `/${field}`),
          });
        }
      });
    },
  );

  it('refuses the field __proto__', async () => {
    for (const { id, method, path } of bodyOperations()) {
      const answer = await app
        .asAdmin(method, path)
        .set('Content-Type', 'application/json')
        .send('{"__proto__":{"version":"1.0.0"}}');
      expect({ id, ...answer.body }).toMatchObject({ id, ...refusal('forbidden-key') });
    }
  });

  it.each(['[]', '[{}]', 'null', '"text"', '7', 'true', ''])(
    'wants an object, and not %j',
    async (body) => {
      await withoutAWrite(work, async () => {
        for (const { id, method, path } of operationsWithFields()) {
          const answer = await app
            .asAdmin(method, path)
            .set('Content-Type', 'application/json')
            .send(body);
          expectProblem(answer);
          expect({ id, ...answer.body }).toMatchObject({ id, ...refusal('wrong-type', '') });
        }
      });
    },
  );

  it('names what is missing, and fails in no other way, when the object is empty', async () => {
    for (const { id, method, path } of bodyOperations()) {
      const answer = await app.asAdmin(method, path).send({});
      if (answer.status >= 400) expectProblem(answer);
      expect({ id, failed: answer.status >= 500 }).toEqual({ id, failed: false });
    }
  });
});

describe('a field of the registry', () => {
  const content = { kind: 'text', text: 'a' };
  const requests: readonly [Method, string, object][] = [
    [
      'post',
      '/prompts/p/versions',
      {
        ...{ content, bump: 'auto', version: null, prerelease: 'rc', baseVersion: '1.0.0' },
        ...{ changelog: 'x', labels: ['a'], description: 'x', tags: ['x'], provenance: {} },
        ...{ policy: 'none', allowDuplicate: true },
      },
    ],
    ['post', '/prompts/p/versions/check', { content, baseVersion: '1.0.0', prerelease: 'rc' }],
    ['post', '/prompts/p/versions/1.0.0/render', { variables: {} }],
    ['put', '/prompts/p/versions/1.0.0/yank', { reason: 'x' }],
    ['put', '/prompts/p/versions/1.0.0/deprecation', { message: 'x', replacement: 'x' }],
    ['post', '/prompts/p/versions/1.1.0/purge', { reason: 'x' }],
    ['put', '/prompts/p/labels/a', { version: '1.0.0', expectedVersion: null, reason: 'x' }],
    ['post', '/prompts', { name: 'q', description: 'x', owner: 'x', tags: ['x'] }],
    ['patch', '/prompts/p', { description: 'x', owner: 'x' }],
    ['put', '/prompts/p/tags', { tags: ['x'] }],
    ['post', '/prompts/p/clone', { name: 'r', project: null, version: 'latest' }],
    ['post', '/keys', { name: 'x', verbs: ['read'], prompts: ['*'], labels: [], expiresAt: null }],
  ];
  const odd = [null, 7, -1.5, true, '', '*', '\u{10ffff}', [], [null], [[]], {}, { length: 1 }];
  const long = ['x'.repeat(5000), 'x\uFE0F'.repeat(4000), '🙂'.repeat(5000), ['x'.repeat(5000)]];

  it.each(requests)('of %s %s may hold anything, and the server stands', async (...sent) => {
    const [method, path, body] = sent;
    const own = await PromptWorkspace.create(app);
    await own.publish('p', '1.0.0');
    await own.publish('p', '1.1.0');
    for (const field of Object.keys(body)) {
      for (const value of [...odd, ...long]) {
        const answer = await own.request(method, path).send({ ...body, [field]: value });
        if (answer.status >= 400) expectProblem(answer);
        const failed = answer.status >= 500;
        expect({ field, value, failed }).toEqual({ field, value, failed: false });
      }
    }
  });
});
