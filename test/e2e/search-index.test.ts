import { systemContext } from '../../src/platform/authorization/index.js';
import { Database, UnitOfWork } from '../../src/platform/database/index.js';
import { PromptsRepository } from '../../src/registry/prompts/prompts.repository.js';
import { gramsOf, wordsOf } from '../../src/registry/search/grams.js';
import { type PromptGramRow, promptGramRows } from '../../src/registry/search/prompt-grams.rows.js';
import { searchText } from '../../src/registry/search/search-text.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { listEverything, PromptWorkspace, type Query } from '../support/prompt-workspace.js';

let app: FreshApplication;
let work: PromptWorkspace;

beforeAll(async () => {
  app = await freshApplication();
});
afterAll(() => app.close());
beforeEach(async () => {
  work = await PromptWorkspace.create(app);
});

const names = async (query: Query, token?: string): Promise<string[]> => {
  const path = `/v1/projects/${work.project}/prompts`;
  return (await listEverything(app, path, query, token)).map(({ name }: { name: string }) => name);
};
const ctx = systemContext('test');
const gramsOfPrompt = async (promptId: string) => {
  const rows = await app.application.nest
    .get(Database)
    .rows<PromptGramRow>(ctx, promptGramRows)
    .findBy({ promptId });
  return new Set(rows.map(({ gram }) => gram));
};

describe('a search with an index', () => {
  const descriptions = {
    a: 'Sorts TICKETS for Zoë, ﬁrst thing 😀😀',
    b: '要約: 漢字 と かな, 100% a_b \\ "x"',
    c: 'ﬃ ＡＢＣ  abc\tticket',
    d: 'x',
    e: null,
  };

  it.each([
    ...['t', 'ti', 'tic', 'tickets', 'ickets', 'zoë', 'ZOE', 'fi', 'ffi', 'abc', 'bc', 'x', '"x'],
    ...['漢', '漢字', '字', '約:', 'かな', '😀', '😀😀', '😀😀😀', '%', '0%', 'a_', '_', '\\', 'e'],
    ...['t a', 'abc ticket', 'tickets 😀', 'ticket nothing', 'sx', 'tsx'],
  ])('finds for %j exactly the texts that have each word of it', async (q) => {
    for (const [name, description] of Object.entries(descriptions)) {
      await work.create(name, { description });
    }
    const words = wordsOf(searchText(q));
    const expected = Object.entries(descriptions).flatMap(([name, description]) => {
      const text = searchText(name, description);
      return words.every((word) => text.includes(word)) ? [name] : [];
    });
    expect(await names({ q })).toEqual(expected);
  });

  it('finds the same when every part of a word is frequent, and when one of several is', async () => {
    await fill(600, (index) => `frequent ${index}`);
    await work.create('it', { description: 'frequent quentfre' });
    expect(await names({ q: 'frequent', limit: 200 })).toHaveLength(601);
    expect(await names({ q: 'quentfre' })).toEqual(['it']);
    expect(await names({ q: 'frequent f1', sort: '-name', limit: 200 })).toEqual(
      (await names({ limit: 200 })).filter((name) => name.includes('f1')).toReversed(),
    );
    const key = await work.makeKey({ prompts: ['f17', 'f18/*'] });
    expect(await names({ q: 'f1' }, key)).toEqual(['f17']);
  });

  /** Without HTTP, which takes its time. */
  async function fill(count: number, description: (index: number) => string): Promise<void> {
    const prompts = app.application.nest.get(PromptsRepository);
    const { body } = await app.asAdmin('get', `/v1/projects/${work.project}`);
    await app.application.nest.get(UnitOfWork).run(ctx, async (tx) => {
      for (let index = 0; index < count; index += 1) {
        await prompts.lockOrInsert(tx, {
          projectId: String(body.id),
          name: `f${index}`,
          description: description(index),
          owner: null,
        });
      }
    });
  }
});

describe('the index', () => {
  it('follows the description', async () => {
    const { id } = await work.create('it', { description: 'old words stay' });
    await work.prompt('patch', 'it').send({ description: 'NEW words stay' }).expect(200);
    expect(await gramsOfPrompt(String(id))).toEqual(gramsOf('it\nnew words stay'));
    expect(await names({ q: 'old' })).toEqual([]);
    expect(await names({ q: 'new' })).toEqual(['it']);
    await work.prompt('patch', 'it').send({ description: null }).expect(200);
    expect(await gramsOfPrompt(String(id))).toEqual(gramsOf('it'));
  });

  it('takes the longest description, and all of it', async () => {
    const description = Array.from({ length: 1000 }, (_, index) =>
      String.fromCodePoint(0x4e00 + index, 0x6e00 + index),
    ).join('');
    await work.create('long', { description });
    expect(await names({ q: description.slice(-2) })).toEqual(['long']);
    expect(await names({ q: description.slice(0, 500) })).toEqual(['long']);
  });

  it('knows prompts that came by a publish or as a copy', async () => {
    await work.publish('published', '1.0.0', { description: 'by itself' });
    await work.prompt('post', 'published', '/clone').send({ name: 'copied' }).expect(201);
    expect(await names({ q: 'itself' })).toEqual(['copied', 'published']);
    expect(await names({ q: 'copied' })).toEqual(['copied']);
  });

  it('keeps nothing of a publish that failed', async () => {
    const before = await countGrams();
    const content = { kind: 'text', text: 'Hello' };
    const body = { content, version: '1.0.0', baseVersion: '0.9.0', description: 'never' };
    const refused = await work.prompt('post', 'never', '/versions').send(body);
    expect(refused.status).toBe(400);
    expect(await countGrams()).toBe(before);
  });

  const countGrams = () =>
    app.application.nest.get(Database).rows<PromptGramRow>(ctx, promptGramRows).count();
});
