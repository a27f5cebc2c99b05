import { problem } from '../support/expect-problem.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { PromptWorkspace, type Query } from '../support/prompt-workspace.js';

let app: FreshApplication;
let workspace: PromptWorkspace;

beforeAll(async () => {
  app = await freshApplication({ PROMPTD_RATE_LIMIT_WRITES: '0' });
});
afterAll(() => app.close());
beforeEach(async () => {
  workspace = await PromptWorkspace.create(app);
});

const list = (query: Query = {}, token?: string) =>
  workspace.request('get', '/changes', token).query(query);

/** Where the project is now. */
async function begin(): Promise<{ readonly revision: number }> {
  return { revision: Number((await list().expect(200)).body.revision) };
}

/** Everything after a revision, as somebody gets it who asks until there is no more. */
async function poll(since: number, limit: number, token?: string) {
  const items = [];
  for (;;) {
    const { body } = await list({ since, limit }, token).expect(200);
    items.push(...body.items);
    since = body.nextSince;
    if (!body.more) return { items, since, revision: Number(body.revision) };
  }
}

it('says where to begin, and then what happened since', async () => {
  await workspace.create('a');
  const { body } = await list().expect(200);
  const start = await begin();
  expect(body).toEqual({
    items: [],
    revision: start.revision,
    nextSince: start.revision,
    more: false,
    resync: false,
  });
  const { digest } = await workspace.publish('a', '1.0.0', { labels: ['production'] });

  const after = await list({ since: start.revision }).expect(200);
  const by = { kind: 'user', name: 'admin' };
  const shared = { revision: start.revision + 1, prompt: 'a', at: expect.any(String), by };
  expect(after.body).toEqual({
    items: [
      { ...shared, type: 'prompt.version.published', version: '1.0.0', digest },
      { ...shared, type: 'prompt.label.moved', label: 'production', from: null, to: '1.0.0' },
    ],
    revision: start.revision + 1,
    nextSince: start.revision + 1,
    more: false,
    resync: false,
  });
});

it.each([1, 2, 3, 7, 1000])('tells everything once in pages of %i', async (limit) => {
  for (const name of ['a', 'b']) {
    await workspace.publish(name, '1.0.0', { labels: ['blue', 'green', 'red'] });
    await workspace.makeKey({});
    await workspace.publish(name, '1.0.1');
  }
  const { items, since, revision } = await poll(0, limit);

  expect(since).toBe(revision);
  expect(items).toHaveLength(12);
  const revisions = items.map((item) => Number(item.revision));
  expect(revisions).toEqual([...revisions].sort((left, right) => left - right));
  expect((await poll(0, 1000)).items).toEqual(items);
});

it('never cuts a revision, though it is longer than a page', async () => {
  const start = await begin();
  await workspace.publish('a', '1.0.0', { labels: ['blue', 'green', 'red'] });
  const { body } = await list({ since: start.revision, limit: 2 }).expect(200);
  expect(body.items).toHaveLength(5);
  expect(body.more).toBe(false);
});

it('tells a key only of prompts that it may read, and how far it has been told', async () => {
  const start = await begin();
  for (const name of ['sales/a', 'support/b', 'sales/c']) await workspace.create(name);
  const key = await workspace.makeKey({ prompts: ['support/*'] });

  const { items, since, revision } = await poll(start.revision, 1, key);
  expect(items.map(({ prompt }) => prompt)).toEqual(['support/b']);
  expect(since).toBe(revision);
});

it('asks to load anew whoever is ahead of the project', async () => {
  const { body } = await list({ since: 4_711 }).expect(200);
  expect(body).toMatchObject({ items: [], resync: true, more: false, nextSince: body.revision });
});

it('answers 304 until something happens, to each who asks for themselves', async () => {
  await workspace.create('a');
  const first = await list({ since: 0 }).expect(200);
  expect(first.headers).toMatchObject({
    etag: expect.stringMatching(new RegExp(`^"${first.body.revision}-[0-9a-f]{16}"$`)),
    'cache-control': 'private, no-cache',
    vary: expect.stringContaining('Authorization'),
  });
  const etag = String(first.headers.etag);
  const again = await list({ since: 0 }).set('If-None-Match', etag).expect(304);
  expect([again.text, again.headers.etag]).toEqual(['', etag]);

  const narrow = await workspace.makeKey({ prompts: ['b'] });
  const other = await list({ since: 0 }, narrow).set('If-None-Match', etag).expect(200);
  expect(other.headers.etag).not.toBe(etag);
  await list({ since: 0 }, narrow).set('If-None-Match', String(other.headers.etag)).expect(304);
  await workspace.create('b');
  await list({ since: 0 }).set('If-None-Match', etag).expect(200);
});

it.each([
  { since: -1 },
  { since: '1.5' },
  { since: 'x' },
  { since: '9'.repeat(30) },
  { since: 0, limit: 0 },
  { since: 0, limit: 1001 },
  { since: 0, cursor: 'x' },
])('refuses %j', async (query) => {
  await list(query).expect(problem(400, 'validation-failed'));
});
