import {
  type FreshApplication,
  freshApplication,
  type Method,
} from '../support/fresh-application.js';
import { PromptWorkspace, signInNewUser } from '../support/prompt-workspace.js';

let app: FreshApplication;
let work: PromptWorkspace;

beforeAll(async () => {
  app = await freshApplication();
});
afterAll(() => app.close());
beforeEach(async () => {
  work = await PromptWorkspace.create(app);
});

const eventTypes = async () => (await work.promptEvents()).map(({ type }) => type);

describe('a new prompt', () => {
  it('is answered whole, and the same from then on', async () => {
    const made = await work.request('post', '/prompts').send({
      name: 'support/triage',
      description: 'Sorts tickets',
      owner: 'team-support',
      tags: ['tickets', 'Support', 'tickets'],
    });

    expect(made.status).toBe(201);
    expect(made.headers.location).toBe(`/v1/projects/${work.project}/prompts/support%2Ftriage`);
    const author = { kind: 'user', id: expect.any(String), name: 'admin' };
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(made.body).toEqual({
      id: expect.any(String),
      project: work.project,
      name: 'support/triage',
      description: 'Sorts tickets',
      owner: 'team-support',
      tags: ['Support', 'tickets'],
      latest: null,
      labels: {},
      versionCount: 0,
      archived: false,
      createdAt: time,
      createdBy: author,
      updatedAt: made.body.createdAt,
      updatedBy: author,
    });
    const read = await app.asAdmin('get', String(made.headers.location));
    expect(read.body).toEqual(made.body);
    expect(await work.promptEvents()).toMatchObject([
      {
        type: 'prompt.created',
        subject: { type: 'prompt', id: made.body.id, name: 'support/triage' },
        after: expect.stringMatching(/^sha256:/),
      },
    ]);
  });

  it('needs no more than a name', async () => {
    expect(await work.create('greeting')).toMatchObject({
      description: null,
      owner: null,
      tags: [],
    });
  });

  it('takes no name that the project has, archived or not', async () => {
    await work.create('live');
    await work.create('old');
    await work.prompt('delete', 'old').expect(204);
    for (const name of ['live', 'old']) {
      const refused = await work.request('post', '/prompts').send({ name });
      expect([refused.status, refused.body.code]).toEqual([409, 'prompt-exists']);
    }
    expect(await eventTypes()).toEqual(['prompt.created', 'prompt.created', 'prompt.archived']);
  });

  it('is made by one of many who ask for it at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => work.request('post', '/prompts').send({ name: 'wanted' })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(9).fill(409)]);
    expect(await eventTypes()).toEqual(['prompt.created']);
  });

  it.each([
    ['/name', {}],
    ['/name', { name: 'Upper' }],
    ['/name', { name: 'a//b' }],
    ['/name', { name: 7 }],
    ['/tags/1', { name: 'a', tags: ['fine', 'no, commas'] }],
    ['/tags', { name: 'a', tags: 'one' }],
    ['/owner', { name: 'a', owner: '' }],
    ['/description', { name: 'a', description: 'x'.repeat(2001) }],
    ['/labels', { name: 'a', labels: {} }],
  ])('is refused for what is wrong at %s', async (pointer, body) => {
    const refused = await work.request('post', '/prompts').send(body);
    expect([refused.status, refused.body.code]).toEqual([400, 'validation-failed']);
    expect(refused.body.errors).toContainEqual(expect.objectContaining({ pointer }));
    expect(await work.promptEvents()).toEqual([]);
  });
});

describe('what a prompt shows of its versions', () => {
  const shown = async () => (await work.prompt('get', 'greeting').expect(200)).body;

  it('is the highest stable one that may be chosen, every label, and how many there are', async () => {
    await work.publish('greeting', '1.0.0', { labels: ['production', 'constructor'] });
    await work.publish('greeting', '1.10.0', { labels: ['staging'] });
    await work.publish('greeting', '1.9.0');
    await work.publish('greeting', '2.0.0-rc.1');
    expect(await shown()).toMatchObject({
      latest: '1.10.0',
      labels: { constructor: '1.0.0', production: '1.0.0', staging: '1.10.0' },
      versionCount: 4,
    });

    await work.prompt('delete', 'greeting', '/labels/staging').expect(204);
    const reason = { reason: 'wrong' };
    await work.prompt('put', 'greeting', '/versions/1.10.0/yank').send(reason).expect(204);
    expect(await shown()).toMatchObject({ latest: '1.9.0', versionCount: 4 });
    await work.prompt('post', 'greeting', '/versions/1.9.0/purge').send(reason).expect(204);
    expect(await shown()).toMatchObject({ latest: '1.0.0', versionCount: 4 });
  });

  it('is null while there are only prereleases', async () => {
    await work.publish('greeting', '1.0.0-rc.1');
    expect(await shown()).toMatchObject({ latest: null, labels: {}, versionCount: 1 });
  });
});

describe('a change of a prompt', () => {
  it('keeps what it does not name and removes what it names as null', async () => {
    const made = await work.create('greeting', { description: 'Old', owner: 'me', tags: ['a'] });
    const changed = await work.prompt('patch', 'greeting').send({ description: 'New' });
    expect(changed.status).toBe(200);
    expect(changed.body).toEqual({
      ...made,
      description: 'New',
      updatedAt: changed.body.updatedAt,
    });
    const removed = await work.prompt('patch', 'greeting').send({ owner: null });
    expect(removed.body).toMatchObject({ description: 'New', owner: null, tags: ['a'] });
    expect((await work.prompt('get', 'greeting')).body).toEqual(removed.body);

    const [, first, second] = await work.promptEvents();
    expect([first?.type, second?.type]).toEqual(['prompt.updated', 'prompt.updated']);
    expect(second?.before).toBe(first?.after);
    expect(second?.after).not.toBe(second?.before);
  });

  it('is found by what it says now and not by what it said', async () => {
    await work.create('greeting', { description: 'Old words' });
    await work.prompt('patch', 'greeting').send({ description: 'New words' }).expect(200);
    const found = async (q: string) =>
      (await work.request('get', '/prompts').query({ q })).body.items.length as number;
    expect([await found('new'), await found('old')]).toEqual([1, 0]);
  });

  it('is not announced, and is no update, when nothing changes', async () => {
    const made = await work.create('greeting', { description: 'Same', tags: ['b', 'a'] });
    const same = [
      await work.prompt('patch', 'greeting').send({ description: 'Same', owner: null }),
      await work.prompt('patch', 'greeting').send({}),
      await work.prompt('put', 'greeting', '/tags').send({ tags: ['a', 'b', 'a'] }),
      await work.prompt('post', 'greeting', '/restore'),
    ];
    for (const { status, body } of same) expect([status, body]).toEqual([200, made]);
    expect(await eventTypes()).toEqual(['prompt.created']);
  });

  it('replaces all tags', async () => {
    await work.create('greeting', { tags: ['a', 'b'] });
    const tagged = await work.prompt('put', 'greeting', '/tags').send({ tags: ['😀', 'b', '～'] });
    expect(tagged.body.tags).toHaveLength(3);
    expect(new Set(tagged.body.tags)).toEqual(new Set(['b', '～', '😀']));
    const emptied = await work.prompt('put', 'greeting', '/tags').send({ tags: [] });
    expect(emptied.body.tags).toEqual([]);
    expect(await eventTypes()).toEqual(['prompt.created', 'prompt.tagged', 'prompt.tagged']);
  });

  it.each<[string, Method, string, object]>([
    ['/owner', 'patch', '', { owner: '' }],
    ['/name', 'patch', '', { name: 'other' }],
    ['/tags', 'put', '/tags', {}],
    ['/tags/0', 'put', '/tags', { tags: [' '] }],
  ])('is refused for what is wrong at %s', async (pointer, method, below, body) => {
    await work.create('greeting');
    const refused = await work.prompt(method, 'greeting', below).send(body);
    expect([refused.status, refused.body.code]).toEqual([400, 'validation-failed']);
    expect(refused.body.errors).toContainEqual(expect.objectContaining({ pointer }));
  });
});

describe('the archive', () => {
  it('takes a prompt once, lets it be read, and gives it back once', async () => {
    await work.publish('greeting', '1.0.0', { labels: ['production'] });
    await work.prompt('delete', 'greeting').expect(204);
    await work.prompt('delete', 'greeting').expect(204);
    const archived = await work.prompt('get', 'greeting').expect(200);
    expect(archived.body).toMatchObject({ archived: true, latest: '1.0.0' });
    await work.prompt('get', 'greeting', '/versions/production').expect(200);

    const restored = await work.prompt('post', 'greeting', '/restore').expect(200);
    expect(restored.body).toMatchObject({ archived: false, latest: '1.0.0' });
    await work.prompt('post', 'greeting', '/restore').expect(200);
    const announced = (await eventTypes()).filter((type) => /archived|restored/.test(type));
    expect(announced).toEqual(['prompt.archived', 'prompt.restored']);
  });

  it('refuses changes and new versions', async () => {
    await work.create('greeting');
    await work.prompt('delete', 'greeting').expect(204);
    const content = { kind: 'text', text: 'Hello' };
    const refused = [
      await work.prompt('patch', 'greeting').send({ description: 'New' }),
      await work.prompt('put', 'greeting', '/tags').send({ tags: ['a'] }),
      await work.prompt('post', 'greeting', '/versions').send({ content, bump: 'auto' }),
    ];
    for (const { status, body } of refused) {
      expect([status, body.code]).toEqual([409, 'prompt-archived']);
    }
  });

  it('of projects refuses every change of a prompt and lets it be read', async () => {
    await work.create('greeting');
    await work.request('delete', '').expect(204);
    const refused = [
      await work.request('post', '/prompts').send({ name: 'other' }),
      await work.prompt('patch', 'greeting').send({ description: 'New' }),
      await work.prompt('put', 'greeting', '/tags').send({ tags: ['a'] }),
      await work.prompt('delete', 'greeting'),
      await work.prompt('post', 'greeting', '/restore'),
    ];
    for (const { status, body } of refused) {
      expect([status, body.code]).toEqual([409, 'project-archived']);
    }
    await work.prompt('get', 'greeting').expect(200);
    expect((await work.request('get', '/prompts')).body.items).toHaveLength(1);
  });
});

describe('every request about a prompt', () => {
  const requests: readonly [Method, string, object?][] = [
    ['get', ''],
    ['patch', '', { description: 'New' }],
    ['delete', ''],
    ['post', '/restore'],
    ['post', '/clone', { name: 'copy' }],
    ['put', '/tags', { tags: ['a'] }],
  ];
  const answers = (name: string, token?: string | null) =>
    Promise.all(
      requests.map(async ([method, below, body]) => {
        const { status, body: answer } = await work.prompt(method, name, below, token).send(body);
        return [status, answer.code];
      }),
    );

  it.each(['missing', 'Upper', 'a//b', '%', 'a\0b', 'ä', 'a'.repeat(256)])(
    'answers 404 for %j',
    async (name) => {
      await work.create('a');
      for (const answer of await answers(name)) expect(answer).toEqual([404, 'not-found']);
    },
  );

  it('answers 401 without a credential and 404 to outsiders', async () => {
    await work.create('greeting');
    for (const answer of await answers('greeting', null)) {
      expect(answer).toEqual([401, 'unauthenticated']);
    }
    const { token } = await signInNewUser(app);
    for (const answer of await answers('greeting', token)) {
      expect(answer).toEqual([404, 'not-found']);
    }
    await work.request('post', '/prompts', token).send({ name: 'other' }).expect(404);
  });

  it('lets viewers read and nothing else', async () => {
    await work.publish('greeting', '1.0.0');
    const viewer = await work.signInAs('viewer');
    const [read, ...others] = await answers('greeting', viewer);
    expect(read).toEqual([200, undefined]);
    for (const answer of others) expect(answer).toEqual([403, 'forbidden']);
    await work.request('post', '/prompts', viewer).send({ name: 'other' }).expect(403);
  });

  it('lets developers do everything but archive and restore', async () => {
    const developer = await work.signInAs('developer');
    await work.request('post', '/prompts', developer).send({ name: 'greeting' }).expect(201);
    await work.publish('greeting', '1.0.0');
    expect(await answers('greeting', developer)).toEqual([
      [200, undefined],
      [200, undefined],
      [403, 'forbidden'],
      [403, 'forbidden'],
      [201, undefined],
      [200, undefined],
    ]);
  });

  it('reaches with an API key what its patterns and verbs reach', async () => {
    await work.create('support/triage');
    await work.create('sales/offer');
    const key = await work.makeKey({ verbs: ['read', 'tag', 'publish'], prompts: ['support/*'] });
    const body = { tags: ['a'] };
    await work.prompt('get', 'support/triage', '', key).expect(200);
    await work.prompt('put', 'support/triage', '/tags', key).send(body).expect(200);
    await work.prompt('patch', 'support/triage', '', key).send({ owner: 'me' }).expect(403);
    await work.prompt('get', 'sales/offer', '', key).expect(404);
    await work.prompt('put', 'sales/offer', '/tags', key).send(body).expect(404);
    await work.request('post', '/prompts', key).send({ name: 'support/new' }).expect(201);
    await work.request('post', '/prompts', key).send({ name: 'sales/new' }).expect(404);
  });
});
