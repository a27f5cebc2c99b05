import { systemContext } from '../../src/platform/authorization/index.js';
import { Database } from '../../src/platform/database/index.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import {
  listEverything,
  PromptWorkspace,
  type Query,
  signInNewUser,
} from '../support/prompt-workspace.js';

let app: FreshApplication;
let work: PromptWorkspace;

beforeAll(async () => {
  app = await freshApplication();
});
afterAll(() => app.close());
beforeEach(async () => {
  work = await PromptWorkspace.create(app);
});

interface Item {
  readonly id: string;
  readonly project: string;
  readonly name: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}
const list = async (query: Query = {}, token?: string): Promise<Item[]> =>
  listEverything(app, `/v1/projects/${work.project}/prompts`, query, token);
const names = async (query: Query = {}, token?: string) =>
  (await list(query, token)).map(({ name }) => name);
const createAll = async (...prompts: readonly string[]) => {
  for (const name of prompts) await work.create(name);
};

/** Bytewise, as every database sorts; `localeCompare` would not. */
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

describe('the prompts of a project', () => {
  const sorts = ['name', 'updatedAt', 'createdAt'] as const;

  it.each(sorts.flatMap((key) => [[key, key] as const, [`-${key}`, key] as const]))(
    'are each listed once over all pages, by %s',
    async (sort, key) => {
      const created = ['b', 'a/b', 'a-b', 'a', 'a.b', 'a/b/c', 'a0', 'c', 'a_b'];
      await createAll(...created);
      await work.prompt('patch', 'a0').send({ owner: 'me' }).expect(200);
      await giveSomeTheSameTime();

      const items = await list({ sort });
      expect(new Set(items.map(({ name }) => name))).toEqual(new Set(created));
      const expected = items.toSorted((a, b) => compare(a[key], b[key]) || compare(a.id, b.id));
      expect(items).toEqual(sort === key ? expected : expected.reverse());
    },
  );

  /** Ties, which only the id breaks. */
  async function giveSomeTheSameTime(): Promise<void> {
    const { writer } = app.application.nest.get(Database);
    await writer
      .createQueryBuilder()
      .update('prompts')
      .set({ createdAt: 5, updatedAt: 5 })
      .where("name LIKE 'a%'")
      .execute();
  }

  it('are in the order of names when nothing else is asked for', async () => {
    await createAll('b', 'a/b', 'a-b', 'a');
    expect(await names()).toEqual(['a', 'a-b', 'a/b', 'b']);
  });

  it('look like the prompt itself', async () => {
    await work.create('greeting', { description: 'Hello', tags: ['b', 'a'] });
    await work.publish('greeting', '1.0.0', { labels: ['production'] });
    expect(await list()).toEqual([(await work.prompt('get', 'greeting')).body]);
  });

  it('are counted only when that is asked for', async () => {
    await createAll('a', 'b', 'c');
    const page = await work.request('get', '/prompts').query({ limit: 3 });
    expect(page.body).toEqual({ items: expect.any(Array), nextCursor: null });
  });

  it('never hold a prompt of another project', async () => {
    const other = await PromptWorkspace.create(app);
    await createAll('mine', 'shared');
    await other.create('theirs', { tags: ['a'], description: 'mine' });
    await other.create('shared', { tags: ['a'] });
    await other.publish('theirs', '1.0.0', { labels: ['production'] });
    expect((await list()).map(({ project }) => project)).toEqual([work.project, work.project]);
    expect(await names({ tag: 'a' })).toEqual([]);
    expect(await names({ label: 'production' })).toEqual([]);
    expect(await names({ q: 'mine' })).toEqual(['mine']);
    const { token } = await signInNewUser(app);
    await work.request('get', '/prompts', token).expect(404);
    await work.request('get', '/prompts', null).expect(401);
  });

  it('are hidden in the archive, which is a list of its own', async () => {
    await createAll('a', 'b', 'c', 'd');
    for (const name of ['b', 'd']) await work.prompt('delete', name).expect(204);
    expect(await names()).toEqual(['a', 'c']);
    expect(await names({ archived: false })).toEqual(['a', 'c']);
    expect(await names({ archived: true })).toEqual(['b', 'd']);
  });
});

describe('a search', () => {
  it('by tags finds prompts that have all of them, or any', async () => {
    await work.create('both', { tags: ['a', 'b'] });
    await work.create('only-a', { tags: ['a', 'c'] });
    await work.create('only-b', { tags: ['b'] });
    await work.create('upper', { tags: ['A'] });
    await work.create('none');
    expect(await names({ tag: 'a' })).toEqual(['both', 'only-a']);
    expect(await names({ tag: ['a', 'b'] })).toEqual(['both']);
    expect(await names({ tag: ['a', 'b', 'a'], match: 'all' })).toEqual(['both']);
    expect(await names({ tag: ['a', 'b'], match: 'any' })).toEqual(['both', 'only-a', 'only-b']);
    expect(await names({ tag: ['b', 'missing'] })).toEqual([]);
    expect(await names({ tag: ['b', 'missing'], match: 'any' })).toEqual(['both', 'only-b']);
  });

  it('by prefix finds names that start so, folder or not', async () => {
    await createAll(
      'support',
      'support/triage',
      'support/a/b',
      'support-eu',
      'supp',
      'a/support/b',
    );
    expect(await names({ prefix: 'support/' })).toEqual(['support/a/b', 'support/triage']);
    expect(await names({ prefix: 'support' })).toEqual([
      'support',
      'support-eu',
      'support/a/b',
      'support/triage',
    ]);
    expect(await names({ prefix: 'support_' })).toEqual([]);
    expect(await names({ prefix: 'support/triage' })).toEqual(['support/triage']);
  });

  it('by words looks through names and descriptions, whatever their case or order', async () => {
    await work.create('support/triage', { description: 'Sorts TICKETS for Zoë, ﬁrst thing' });
    await work.create('support/reply', { description: 'Answers tickets' });
    await work.create('sales');
    expect(await names({ q: 'tickets' })).toEqual(['support/reply', 'support/triage']);
    expect(await names({ q: 'ZOË' })).toEqual(['support/triage']);
    expect(await names({ q: 'first' })).toEqual(['support/triage']);
    expect(await names({ q: ' tickets  port/tri ' })).toEqual(['support/triage']);
    expect(await names({ q: 'tickets nothing' })).toEqual([]);
    expect(await names({ q: ' ' })).toHaveLength(3);
  });

  it.each(['100%', 'a_b', 'wow!', 'back\\slash', "o'clock", '"quoted"', '%_', '!%'])(
    'takes %s as it is written',
    async (text) => {
      await work.create('it', { description: `before ${text} after` });
      await work.create('other', {
        description: '100 percent, a-b, wow, backslash, oclock quoted',
      });
      expect(await names({ q: text })).toEqual(['it']);
    },
  );

  it('by label finds the prompts that have it', async () => {
    for (const name of ['a', 'b', 'c']) {
      await work.publish(name, '1.0.0', { labels: name === 'b' ? ['staging'] : ['production'] });
    }
    await work.create('d');
    expect(await names({ label: 'production' })).toEqual(['a', 'c']);
    await work.prompt('delete', 'a', '/labels/production').expect(204);
    expect(await names({ label: 'production' })).toEqual(['c']);
  });

  it('by everything at once finds what fits all of it', async () => {
    const fields = { description: 'Words', tags: ['a', 'b'] };
    for (const name of ['in/it', 'in/old', 'out/it']) {
      await work.create(name, fields);
      await work.publish(name, '1.0.0', { labels: ['production'] });
    }
    await work.create('in/unlabelled', fields);
    await work.prompt('delete', 'in/old').expect(204);
    const query = { q: 'words it', tag: ['a', 'b'], prefix: 'in/', label: 'production' };
    expect(await names({ ...query, sort: '-updatedAt' })).toEqual(['in/it']);
    expect(await names({ ...query, q: 'words', archived: true })).toEqual(['in/old']);
  });

  it.each<[string, Query]>([
    ['/q', { q: 'a\0' }],
    ['/q', { q: 'w '.repeat(11) }],
    ['/q', { q: ['a', 'b'] }],
    ['/tag/0', { tag: '' }],
    ['/tag/1', { tag: ['a', 'b,c'] }],
    ['/match', { match: 'none' }],
    ['/prefix', { prefix: 'Support' }],
    ['/label', { label: 'latest' }],
    ['/archived', { archived: 'yes' }],
    ['/sort', { sort: 'owner' }],
    ['/limit', { limit: 0 }],
    ['/limit', { limit: 201 }],
    ['/folder', { folder: 'support' }],
  ])('is refused for what is wrong at %s: %j', async (pointer, query) => {
    const refused = await work.request('get', '/prompts').query(query);
    expect([refused.status, refused.body.code]).toEqual([400, 'validation-failed']);
    expect(refused.body.errors).toContainEqual(expect.objectContaining({ pointer }));
  });

  it('asks the database no more for many prompts than for one', async () => {
    await work.publish('a', '1.0.0', { labels: ['production'], tags: ['a'] });
    const one = await countQueries();
    for (const name of ['b', 'c', 'd']) await work.publish(name, '1.0.0', { tags: ['a'] });
    expect(await countQueries()).toBe(one);
  });

  /** Of the registry's tables, since other work goes on in the background. */
  async function countQueries(): Promise<number> {
    const { dataSource } = app.application.nest.get(Database).manager(systemContext('test'));
    const log = jest.spyOn(dataSource.logger, 'logQuery');
    await work.request('get', '/prompts').query({ total: true }).expect(200);
    const tables = /FROM [`"]?(prompts|prompt_tags|versions|labels)\b/;
    const queries = log.mock.calls.filter(([sql]) => tables.test(sql)).length;
    log.mockRestore();
    expect(queries).toBeGreaterThan(2);
    return queries;
  }
});

describe('a cursor', () => {
  const forge = (...key: readonly unknown[]) =>
    Buffer.from(JSON.stringify(key)).toString('base64url');
  const firstPage = async (query: Query) => {
    await createAll('a', 'b', 'c');
    const page = await work.request('get', '/prompts').query({ limit: 1, ...query });
    return String(page.body.nextCursor);
  };
  const codeFor = async (path: string, query: Query) => {
    const { status, body } = await work.request('get', path).query(query);
    return [status, body.code];
  };

  it('goes on where it was, whatever happens to the page before', async () => {
    const cursor = await firstPage({});
    await work.prompt('delete', 'a').expect(204);
    const page = await work.request('get', '/prompts').query({ cursor });
    expect(page.body.items).toMatchObject([{ name: 'b' }, { name: 'c' }]);
  });

  it('is taken by no other order, search, project or list', async () => {
    const cursor = await firstPage({});
    const refusal = [400, 'invalid-cursor'];
    expect(await codeFor('/prompts', { cursor, limit: 7 })).toEqual([200, undefined]);
    expect(await codeFor('/prompts', { cursor, sort: '-name' })).toEqual(refusal);
    expect(await codeFor('/prompts', { cursor, tag: 'a' })).toEqual(refusal);
    expect(await codeFor('/tags', { cursor })).toEqual(refusal);
    await app.asAdmin('get', '/v1/prompts').query({ cursor }).expect(400);
    const other = await PromptWorkspace.create(app);
    await other.request('get', '/prompts').query({ cursor }).expect(400);
  });

  it('that nobody gave out is refused', async () => {
    const [name] = JSON.parse(
      Buffer.from(await firstPage({ sort: 'updatedAt' }), 'base64url').toString(),
    ) as [string];
    const forged = [
      ['nonsense', ''],
      [forge(name), forge(name, 1)],
      [forge(name, 'soon', 'id'), forge(name, 1, 'id\0'), forge(name, 1.5, 'id')],
    ].flat();
    for (const cursor of forged) {
      expect(await codeFor('/prompts', { sort: 'updatedAt', cursor })).toEqual([
        400,
        'invalid-cursor',
      ]);
    }
    expect(await codeFor('/tags', { cursor: forge('tags', 1) })).toEqual([400, 'invalid-cursor']);
  });
});

describe('an API key that reaches some prompts', () => {
  it('lists those and counts those, in every order', async () => {
    const reached = ['exact', 'support/a', 'support/a/b', 'support/c'];
    await createAll(...reached, 'exact-not', 'exact/not', 'support', 'support-eu/a', 'other');
    const key = await work.makeKey({ prompts: ['support/*', 'exact'] });
    expect(await names({}, key)).toEqual(reached);
    expect(await names({ sort: '-createdAt' }, key)).toEqual(reached.toReversed());
    expect(await names({ q: 'a' }, key)).toEqual(['exact', 'support/a', 'support/a/b']);
    expect(await names({ prefix: 'support' }, key)).toEqual(reached.slice(1));
    expect(await names({ prefix: 'other' }, key)).toEqual([]);

    const all = await listEverything(app, '/v1/prompts', {}, key);
    expect(all.map(({ name }: Item) => name)).toEqual(reached);
    expect(await names({}, await work.makeKey({ prompts: ['*'] }))).toHaveLength(9);
  });

  it('sees the tags of those and counts only them', async () => {
    await work.create('support/a', { tags: ['shared', 'mine'] });
    await work.create('other', { tags: ['shared', 'secret'] });
    const key = await work.makeKey({ prompts: ['support/*'] });
    expect(await listEverything(app, `/v1/projects/${work.project}/tags`, {}, key)).toEqual([
      { tag: 'mine', promptCount: 1 },
      { tag: 'shared', promptCount: 1 },
    ]);
  });

  it('lists nothing without the verb to read, and nothing of another project', async () => {
    await createAll('a');
    const blind = await work.makeKey({ verbs: ['publish'] });
    await work.request('get', '/prompts', blind).expect(403);
    expect(await listEverything(app, '/v1/prompts', {}, blind)).toEqual([]);
    const other = await PromptWorkspace.create(app);
    await work.request('get', '/prompts', await other.makeKey({})).expect(404);
  });
});

describe('the prompts of all projects', () => {
  it('are those of the projects that the caller is in, each once, in every order', async () => {
    const other = await PromptWorkspace.create(app);
    const foreign = await PromptWorkspace.create(app);
    const { username, token } = await signInNewUser(app);
    for (const space of [work, other]) {
      await space.addMember(username, 'viewer');
      for (const name of ['a', 'b', 'c']) await space.create(name);
    }
    await foreign.create('a');

    for (const sort of ['name', '-name', '-updatedAt', 'createdAt']) {
      const items: Item[] = await listEverything(app, '/v1/prompts', { sort }, token);
      const found = items.map(({ project, name }) => `${project}/${name}`);
      const expected = [work, other].flatMap(({ project }) =>
        ['a', 'b', 'c'].map((name) => `${project}/${name}`),
      );
      expect(found.toSorted()).toEqual(expected.toSorted());
      if (sort === 'name') {
        expect(items.map(({ name }) => name)).toEqual(['a', 'a', 'b', 'b', 'c', 'c']);
      }
    }
    expect(await listEverything(app, '/v1/prompts', { prefix: 'b' }, token)).toHaveLength(2);
  });

  it('leave out archived projects', async () => {
    const { username, token } = await signInNewUser(app);
    await work.addMember(username, 'viewer');
    await work.create('a');
    expect(await listEverything(app, '/v1/prompts', {}, token)).toHaveLength(1);
    await work.request('delete', '').expect(204);
    expect(await listEverything(app, '/v1/prompts', {}, token)).toEqual([]);
  });

  it('are all there are for an instance admin, and none for a user without a project', async () => {
    await work.create('a');
    const everything: Item[] = await listEverything(app, '/v1/prompts');
    expect(everything.filter(({ project }) => project === work.project)).toHaveLength(1);
    expect(new Set(everything.map(({ id }) => id)).size).toBe(everything.length);
    const { token } = await signInNewUser(app);
    expect(await listEverything(app, '/v1/prompts', {}, token)).toEqual([]);
    await app.as(null, 'get', '/v1/prompts').expect(401);
  });
});

describe('the tags of a project', () => {
  it('are each listed once over all pages, with how many live prompts have them', async () => {
    await work.create('a', { tags: ['both', 'b', 'é', 'Z'] });
    await work.create('b', { tags: ['both', '日本', '😀'] });
    await work.create('old', { tags: ['both', 'gone'] });
    await work.prompt('delete', 'old').expect(204);
    const other = await PromptWorkspace.create(app);
    await other.create('a', { tags: ['both', 'theirs'] });

    expect(await listEverything(app, `/v1/projects/${work.project}/tags`)).toEqual([
      { tag: 'Z', promptCount: 1 },
      { tag: 'b', promptCount: 1 },
      { tag: 'both', promptCount: 2 },
      { tag: 'é', promptCount: 1 },
      { tag: '日本', promptCount: 1 },
      { tag: '😀', promptCount: 1 },
    ]);
  });

  it('are shown to members only', async () => {
    const { token } = await signInNewUser(app);
    await work.request('get', '/tags', token).expect(404);
    await work.request('get', '/tags', null).expect(401);
    await work.request('get', '/tags', await work.signInAs('viewer')).expect(200);
  });
});
