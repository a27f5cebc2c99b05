import { MAX_BATCH_BYTES } from '../../src/delivery/batch/batch.service.js';
import { fault, problem } from '../support/expect-problem.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import type { Json } from '../support/http-client.js';
import { PromptWorkspace, signInNewUser } from '../support/prompt-workspace.js';

let app: FreshApplication;
let workspace: PromptWorkspace;

beforeAll(async () => {
  app = await freshApplication({ PROMPTD_RATE_LIMIT_WRITES: '0' });
});
afterAll(() => app.close());
beforeEach(async () => {
  workspace = await PromptWorkspace.create(app);
});

const get = (items: unknown, token?: string | null) =>
  workspace.request('post', '/prompts/batch-get', token).send({ items });

/** The items of an answer, of which each test says what it expects. */
const itemsOf = (answer: { body: { items: Json[] } }): readonly Json[] => answer.body.items;

const read = (name: string, selector: string, token?: string) =>
  workspace.prompt('get', name, `/versions/${encodeURIComponent(selector)}`, token);

it('answers each as a single read does, byte for byte and in the order asked', async () => {
  const text = 'Grüße, {{name}}: 王 \u0001 \u2028 "quoted" </script>';
  await workspace.publish('support/greeting', '1.0.0', {
    content: { kind: 'text', text, variables: [{ name: 'name', type: 'string' }] },
    labels: ['production'],
  });
  await workspace.publish('b', '2.0.0');
  await workspace.publish('b', '2.1.0');
  await workspace
    .prompt('put', 'b', '/versions/2.1.0/deprecation')
    .send({ message: 'old', replacement: null })
    .expect(204);
  const asked = [
    ['b', '2.1.0'],
    ['support/greeting', 'production'],
    ['b', 'latest'],
    ['b', '^2'],
    ['support/greeting', 'nothing,production'],
    ['b', '2.1.0'],
  ] as const;

  const batch = await get(asked.map(([prompt, selector]) => ({ prompt, selector }))).expect(200);
  const singles = [];
  for (const [name, selector] of asked) singles.push(await read(name, selector).expect(200));

  expect(batch.headers['content-type']).toMatch(/^application\/json/);
  expect(batch.headers['cache-control']).toBe('no-store');
  const expected = singles.map(({ headers, text: body }) => {
    const head = {
      status: 200,
      etag: headers.etag,
      cacheControl: headers['cache-control'],
      contentLocation: headers['content-location'],
      deprecation: headers.deprecation,
    };
    return `${JSON.stringify(head).slice(0, -1)},"body":${body}}`;
  });
  expect(batch.text).toBe(`{"items":[${expected.join(',')}]}`);
  expect(batch.body.items[0].deprecation).toMatch(/^@\d+$/);
});

it('answers 304 in the place of what the caller has', async () => {
  await workspace.publish('a', '1.0.0');
  await workspace.publish('b', '1.0.0');
  const first = await get([
    { prompt: 'a', selector: 'latest' },
    { prompt: 'b', selector: '1.0.0' },
  ]).expect(200);
  const [a, b] = first.body.items;
  await workspace.publish('b', '1.0.1');

  const second = await get([
    { prompt: 'a', selector: 'latest', ifNoneMatch: a.etag },
    { prompt: 'b', selector: '1.0.0', ifNoneMatch: `W/${b.etag}, "other"` },
    { prompt: 'b', selector: 'latest', ifNoneMatch: b.etag },
    { prompt: 'b', selector: 'latest', ifNoneMatch: null, digest: null },
  ]).expect(200);

  expect(itemsOf(second).map(({ status }) => Number(status))).toEqual([304, 304, 200, 200]);
  const { body: _, ...head } = a;
  expect(second.body.items[0]).toEqual({ ...head, status: 304 });
});

it('answers a problem in the place of what cannot be read, and the others all the same', async () => {
  const { digest } = await workspace.publish('a', '1.0.0');
  await workspace.publish('gone', '1.0.0');
  await app
    .asAdmin('post', `/v1/projects/${workspace.project}/prompts/gone/versions/1.0.0/purge`)
    .send({ reason: 'a secret was in it' })
    .expect(204);
  const other = `sha256:${'0'.repeat(64)}`;

  const answer = await get([
    { prompt: 'a', selector: '9.9.9' },
    { prompt: 'a', selector: '*' },
    { prompt: 'nothing', selector: 'latest' },
    { prompt: '../x', selector: 'latest' },
    { prompt: 'gone', selector: '1.0.0' },
    { prompt: 'a', selector: 'latest', digest: other },
    { prompt: 'a', selector: '1.0.0', digest },
  ]).expect(200);

  const items = itemsOf(answer);
  const codes = items.map(({ status, problem: found }) => [status, found?.code]);
  expect(codes).toEqual([
    [404, 'unknown-selector'],
    [400, 'invalid-selector'],
    [404, 'not-found'],
    [404, 'not-found'],
    [410, 'version-purged'],
    [412, 'precondition-failed'],
    [200, undefined],
  ]);
  expect(items[0].problem).toEqual({
    type: '/problems/unknown-selector',
    title: expect.stringMatching(/./),
    status: 404,
    detail: expect.stringMatching(/./),
    instance: expect.stringMatching(/^urn:request:/),
    code: 'unknown-selector',
  });
  expect(items[6].cacheControl).toContain('immutable');
});

it('shows a key nothing that it may not read, and says no more than that it is not there', async () => {
  await workspace.publish('support/a', '1.0.0');
  await workspace.publish('sales/b', '1.0.0');
  const key = await workspace.makeKey({ prompts: ['support/*'] });

  const { body } = await get(
    ['support/a', 'sales/b', 'sales/nothing'].map((prompt) => ({ prompt, selector: '1.0.0' })),
    key,
  ).expect(200);

  const [mine, hidden, missing] = body.items;
  expect([mine.status, hidden.status, missing.status]).toEqual([200, 404, 404]);
  const blank = ({ problem: { instance: _, ...document } }: { problem: { instance: string } }) =>
    JSON.stringify(document).replaceAll('sales/b', 'sales/nothing');
  expect(blank(hidden)).toBe(blank(missing));
});

it('shows what a release moves whole or not at all', async () => {
  const prompts = ['a', 'b'];
  for (const name of prompts) {
    await workspace.publish(name, '1.0.0', { labels: ['production'] });
    await workspace.publish(name, '2.0.0');
  }
  const release = async (version: string) =>
    workspace
      .request('post', '/releases')
      .send({ moves: prompts.map((prompt) => ({ prompt, label: 'production', version })) })
      .expect(201);
  const state = { releasing: true };
  const releases = (async () => {
    for (let round = 0; round < 15; round += 1) await release(round % 2 ? '1.0.0' : '2.0.0');
    state.releasing = false;
  })();
  const seen: string[] = [];
  while (state.releasing) {
    const answer = await get(
      ['a', 'b', 'a'].map((prompt) => ({ prompt, selector: 'production' })),
    ).expect(200);
    seen.push(
      itemsOf(answer)
        .map(({ body }) => String(body.version))
        .join(' '),
    );
  }
  await releases;

  expect([...new Set(seen)].sort()).toEqual(['1.0.0 1.0.0 1.0.0', '2.0.0 2.0.0 2.0.0']);
});

it('refuses more than one answer may hold', async () => {
  const size = 200_000;
  const text = 'x'.repeat(size);
  await workspace.publish('large', '1.0.0', { content: { kind: 'text', text } });
  const fits = Math.floor(MAX_BATCH_BYTES / (size + 2_000));
  const of = (count: number) =>
    get(Array.from({ length: count }, () => ({ prompt: 'large', selector: 'latest' })));

  expect((await of(fits).expect(200)).body.items).toHaveLength(fits);
  const refused = await of(100);
  problem(422, 'batch-too-large')(refused);
  expect(refused.body.detail).toMatch(/of which the first \d+ fit/);
});

it.each([
  ['no list', undefined, fault('/items', 'required')],
  ['no item', [], fault('/items', 'array-min-size')],
  [
    'a hundred and one',
    Array.from({ length: 101 }, () => ({ prompt: 'a', selector: 'latest' })),
    fault('/items', 'array-max-size'),
  ],
  ['an item that is none', ['a'], fault('/items/0', 'wrong-type')],
  ['no selector', [{ prompt: 'a' }], fault('/items/0/selector', 'required')],
  [
    'an unknown field',
    [{ prompt: 'a', selector: 'latest', project: 'other' }],
    fault('/items/0/project', 'unknown-field'),
  ],
  [
    'a digest that is none',
    [{ prompt: 'a', selector: 'latest', digest: 'md5' }],
    fault('/items/0/digest', 'matches'),
  ],
])('refuses %s', async (_, items, error) => {
  const answer = await get(items);
  problem(400, 'validation-failed')(answer);
  expect(answer.body.errors).toEqual(expect.arrayContaining([error]));
});

it('is refused to whoever may not read the project', async () => {
  const { token } = await signInNewUser(app);
  const items = [{ prompt: 'a', selector: 'latest' }];
  await get(items, null).expect(problem(401, 'unauthenticated'));
  await get(items, token).expect(problem(404, 'not-found'));
  await get(items, await workspace.makeKey({ verbs: ['tag'] })).expect(problem(403, 'forbidden'));
});
