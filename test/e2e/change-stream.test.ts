import { expectProblem, problem } from '../support/expect-problem.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { PromptWorkspace, signInNewUser } from '../support/prompt-workspace.js';
import { rawRequest } from '../support/raw-request.js';
import { StreamReaders, told } from '../support/stream-readers.js';

let app: FreshApplication;
let readers: StreamReaders;
let workspace: PromptWorkspace;

beforeAll(async () => {
  app = await freshApplication({ PROMPTD_RATE_LIMIT_WRITES: '0' });
  readers = new StreamReaders(app);
});
afterAll(() => app.close());
beforeEach(async () => {
  workspace = await PromptWorkspace.create(app);
});
afterEach(async () => {
  jest.restoreAllMocks();
  await readers.close();
});

const follow = (token?: string, headers?: Readonly<Record<string, string>>) =>
  readers.follow(workspace, token, headers);

async function revision(): Promise<number> {
  return Number((await workspace.request('get', '/changes')).body.revision);
}

it('begins with where it is, and tells what happens from there on', async () => {
  const before = await revision();
  const stream = await follow();

  expect(stream.headers).toMatchObject({
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    'x-content-type-options': 'nosniff',
    'x-request-id': expect.any(String),
  });
  expect(stream.of('ready')).toEqual([
    { id: String(before), event: 'ready', data: { revision: before }, isComment: false },
  ]);

  const { digest } = await workspace.publish('support/greeting', '1.0.0', { labels: ['staging'] });
  await workspace.prompt('put', 'support/greeting', '/tags').send({ tags: ['new'] });
  await workspace
    .prompt('put', 'support/greeting', '/versions/1.0.0/deprecation')
    .send({ message: 'a secret reason' })
    .expect(204);
  await stream.until(() => stream.changes.length === 5);

  const by = { kind: 'user', name: 'admin' };
  const at = expect.stringMatching(/^\d{4}-.*Z$/);
  const prompt = 'support/greeting';
  expect(stream.changes).toEqual([
    { revision: before + 1, type: 'prompt.created', prompt, at, by },
    {
      ...{ revision: before + 1, type: 'prompt.version.published', prompt, at, by },
      ...{ version: '1.0.0', digest },
    },
    {
      ...{ revision: before + 1, type: 'prompt.label.moved', prompt, at, by },
      ...{ label: 'staging', from: null, to: '1.0.0' },
    },
    { revision: before + 2, type: 'prompt.tagged', prompt, at, by },
    { revision: before + 3, type: 'prompt.version.deprecated', prompt, version: '1.0.0', at, by },
  ]);
  // Only with the last of a revision has the reader all of it.
  expect(JSON.stringify(stream.events)).not.toContain('a secret reason');
  expect(stream.of('change').map(({ id }) => id)).toEqual(
    [undefined, undefined, before + 1, before + 2, before + 3].map((id) => id?.toString()),
  );
});

it('tells nothing of keys, members, policies, refusals and other projects', async () => {
  const stream = await follow();
  await workspace.makeKey({ verbs: ['read'] });
  await workspace.signInAs('developer');
  await workspace
    .request('put', '/label-policies/production')
    .send({ movers: ['developer'], approvals: 1 })
    .expect(200);
  const stranger = await signInNewUser(app);
  await workspace.request('get', '/prompts', stranger.token).expect(404);
  const other = await PromptWorkspace.create(app);
  await other.publish('elsewhere', '1.0.0');
  await workspace.create('here');
  await stream.until(() => stream.changes.length > 0);

  expect(told(stream)).toEqual(['created here']);
  expect(JSON.stringify(stream.events)).not.toContain(app.admin.password);
});

it('tells a key only of prompts that it may read, and lets its id go on all the same', async () => {
  readers.bound({ heartbeatMs: 0 });
  const stream = await follow(await workspace.makeKey({ prompts: ['support/*'] }));
  await workspace.create('sales/offer');
  await workspace.create('support');
  await workspace.create('support/a');
  await workspace.create('sales/other');
  await stream.until(() => stream.changes.length > 0);
  const last = await revision();
  readers.hub.tick();
  await stream.until(() => stream.lastId === String(last));

  expect(told(stream)).toEqual(['created support/a']);
});

describe('a reader that comes back', () => {
  it('is told what it missed and then what happens, without a gap and without a double', async () => {
    await workspace.publish('a', '1.0.0', { labels: ['staging'] });
    const first = await follow();
    await workspace.publish('a', '1.0.1');
    await first.until(() => first.changes.length === 1);
    first.close();
    for (const version of ['1.0.2', '1.0.3', '1.0.4']) await workspace.publish('a', version);

    const second = await readers.open(workspace, undefined, { 'Last-Event-ID': first.lastId });
    const more = ['1.0.5', '1.0.6', '1.0.7', '1.0.8'];
    await Promise.all(more.map((version) => workspace.publish('a', version)));
    await second.until(() => second.changes.length === 7);

    expect(second.of('resync')).toEqual([]);
    expect(told(second).slice(0, 3)).toEqual(
      ['1.0.2', '1.0.3', '1.0.4'].map((version) => `version.published a ${version}`),
    );
    const revisions = second.changes.map((change) => Number(change.revision));
    expect(revisions).toEqual(revisions.map((_, index) => Number(first.lastId) + index + 1));
  });

  it('misses nothing while others write and it reconnects all the time', async () => {
    const start = await revision();
    const writing = Promise.all(
      Array.from({ length: 40 }, (_, index) => workspace.create(`prompt-${index}`)),
    );
    const seen: string[] = [];
    let lastId = String(start);
    while (new Set(seen).size < 40) {
      const stream = await readers.open(workspace, undefined, { 'Last-Event-ID': lastId });
      await stream.until(() => stream.changes.length > 0 || stream.of('ready').length > 0);
      seen.push(...stream.changes.map(({ prompt }) => String(prompt)));
      lastId = stream.lastId;
      stream.close();
    }
    await writing;

    expect(seen).toHaveLength(40);
  });

  it('is told the whole of a revision again of which it had a part', async () => {
    const before = await revision();
    await workspace.publish('a', '1.0.0', { labels: ['staging', 'canary'] });

    const stream = await readers.open(workspace, undefined, { 'Last-Event-ID': String(before) });
    await stream.until(() => stream.of('ready').length === 1);

    expect(told(stream)).toEqual([
      'created a',
      'version.published a 1.0.0',
      'label.moved a canary',
      'label.moved a staging',
    ]);
  });

  it('has to look itself when it is too far behind, and is told everything from then on', async () => {
    readers.bound({ maxBehind: 3 });
    const start = await revision();
    for (const name of ['a', 'b', 'c']) await workspace.create(name);
    expect(told(await follow(undefined, { 'Last-Event-ID': String(start) }))).toHaveLength(3);
    await workspace.create('d');

    const stream = await follow(undefined, { 'Last-Event-ID': String(start) });
    expect(stream.of('resync')).toEqual([
      expect.objectContaining({ id: String(start + 4), data: { revision: start + 4 } }),
    ]);
    await workspace.create('e');
    await stream.until(() => stream.changes.length === 1);
    expect(told(stream)).toEqual(['created e']);
  });

  it.each([
    ['of a database that is no more', '987654'],
    ['beyond any number', '9'.repeat(40)],
    ['of ten thousand digits', '1'.repeat(10_000)],
    ['that is negative', '-1'],
    ['that is no number', 'DROP TABLE outbox'],
    ['with a fraction', '1.5'],
    ['with zeros before it', '007'],
    ['in other digits', '\u00b2'],
  ])('has to look itself with an id %s', async (_, id) => {
    const stream = await follow(undefined, { 'Last-Event-ID': id });
    const now = await revision();
    expect(stream.of('resync').map(({ data }) => data)).toEqual([{ revision: now }]);

    await workspace.create('a');
    await stream.until(() => stream.changes.length === 1);
    expect(stream.lastId).toBe(String(now + 1));
  });

  it('is a new one with an empty id, and has to look itself with two', async () => {
    const empty = await follow(undefined, { 'Last-Event-ID': '' });
    const two = await readers.open(workspace, undefined, { 'Last-Event-ID': ['1', '2'] });
    await two.until(() => two.of('resync').length === 1);

    expect(empty.of('ready')).toHaveLength(1);
  });
});

it('says that it is alive while nothing happens', async () => {
  readers.bound({ heartbeatMs: 0 });
  const stream = await follow();
  readers.hub.tick();
  readers.hub.tick();
  await stream.until(() => stream.events.filter(({ isComment }) => isComment).length >= 2);
});

it('says nothing while it is not quiet', async () => {
  const stream = await follow();
  readers.hub.tick();
  await workspace.create('a');
  await stream.until(() => stream.changes.length === 1);
  expect(stream.events.filter(({ isComment }) => isComment)).toEqual([]);
});

describe('is refused', () => {
  it('to whoever may not see the project', async () => {
    const { token } = await signInNewUser(app);
    const foreign = await PromptWorkspace.create(app);
    await workspace.request('get', '/events', token).expect(problem(404, 'not-found'));
    await workspace.request('get', '/events', null).expect(problem(401, 'unauthenticated'));
    await workspace
      .request('get', '/events', await foreign.makeKey({}))
      .expect(problem(404, 'not-found'));
    await workspace
      .request('get', '/events', await workspace.makeKey({ verbs: ['tag'] }))
      .expect(problem(403, 'forbidden'));
  });

  it('when the instance or the caller has enough of them', async () => {
    readers.bound({ maxPerPrincipal: 2 });
    const key = await workspace.makeKey({});
    const one = await follow(key);
    await follow(key);
    const third = await workspace.request('get', '/events', key);
    expectProblem(third);
    expect([third.status, third.headers['retry-after']]).toEqual([429, '5']);
    one.close();
    await readers.untilOpen(1);
    await follow(key);

    readers.bound({ maxStreams: 2 });
    const excess = await workspace.request('get', '/events');
    expectProblem(excess);
    expect([excess.status, excess.headers['retry-after']]).toEqual([503, '5']);
  });
});

it('leaves nothing open for HEAD', async () => {
  const path = `/v1/projects/${workspace.project}/events`;
  const headers = { Authorization: `Bearer ${app.admin.token}` };
  const answer = await rawRequest(app.url, { method: 'HEAD', path, headers });
  expect([answer.status, answer.text]).toEqual([200, '']);
  await readers.untilOpen(0);
});

it('is counted as open and not as a slow request', async () => {
  await follow();
  const open = await app.as(null, 'get', '/metrics');
  expect(open.text).toMatch(/^promptd_change_streams 1$/m);
  expect(open.text).not.toMatch(/route="\/v1\/projects\/:project\/events",status="200"/);
});
