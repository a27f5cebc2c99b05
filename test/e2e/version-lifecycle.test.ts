import { fault, problem } from '../support/expect-problem.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { listEverything, PromptWorkspace } from '../support/prompt-workspace.js';
import { queryRaw, withoutAWrite } from '../support/written-rows.js';

let app: FreshApplication;
let work: PromptWorkspace;

beforeAll(async () => {
  app = await freshApplication();
});
afterAll(() => app.close());
beforeEach(async () => {
  work = await PromptWorkspace.create(app);
});

interface ListedVersion {
  readonly version: string;
  readonly yanked: object | null;
  readonly deprecated: object | null;
}

const read = (selector: string) => work.prompt('get', 'p', `/versions/${selector}`);
const yank = (version: string, reason = 'bad') =>
  work.prompt('put', 'p', `/versions/${version}/yank`).send({ reason });
const unyank = (version: string) => work.prompt('delete', 'p', `/versions/${version}/yank`);
const deprecate = (version: string, body: object) =>
  work.prompt('put', 'p', `/versions/${version}/deprecation`).send(body);
const purge = (version: string, token?: string) =>
  work.prompt('post', 'p', `/versions/${version}/purge`, token).send({ reason: 'a key leaked' });
const listed = async (version: string) => {
  const { body } = await work.prompt('get', 'p', '/versions').expect(200);
  return (body.items as ListedVersion[]).find((item) => item.version === version)!;
};
const eventTypes = async () => (await work.promptEvents()).map(({ type }) => type).slice(2);

describe('a yank', () => {
  beforeEach(async () => {
    await work.publish('p', '1.0.0');
    await work.publish('p', '1.1.0');
  });

  it('keeps latest and ranges off a version, until it is taken back', async () => {
    await yank('1.1.0').expect(204);
    for (const selector of ['latest', '^1']) {
      await read(selector).expect(({ body }) => {
        expect(body.version).toBe('1.0.0');
      });
    }
    expect((await listed('1.1.0')).yanked).toEqual({ reason: 'bad', at: expect.any(String) });
    const { headers } = await read('1.1.0').expect(200);
    expect(headers.deprecation).toMatch(/^@\d+$/);

    await unyank('1.1.0').expect(204);
    await read('latest').expect(({ body, headers: after }) => {
      expect(body.version).toBe('1.1.0');
      expect(after).not.toHaveProperty('deprecation');
    });
    expect((await listed('1.1.0')).yanked).toBeNull();
  });

  it('of every version leaves nothing for latest', async () => {
    await yank('1.0.0').expect(204);
    await yank('1.1.0').expect(204);

    await read('latest').expect(problem(404, 'unknown-selector'));
    const { body } = await work.prompt('get', 'p').expect(200);
    expect(body.latest).toBeNull();
  });

  it('waits until no label points to the version', async () => {
    const move = (name: string, version: string) =>
      work.prompt('put', 'p', `/labels/${name}`).send({ version }).expect(200);
    await move('staging', '1.1.0');
    await move('production', '1.1.0');
    await withoutAWrite(work, () =>
      yank('1.1.0').expect(problem(409, 'version-labelled', { labels: ['production', 'staging'] })),
    );

    await move('production', '1.0.0');
    await work.prompt('delete', 'p', '/labels/staging').expect(204);
    await yank('1.1.0').expect(204);
  });

  it('that says nothing new is not announced again', async () => {
    await yank('1.1.0').expect(204);
    await withoutAWrite(work, () => yank('1.1.0').expect(204));
    await yank('1.1.0', 'worse').expect(204);
    await unyank('1.1.0').expect(204);
    await withoutAWrite(work, () => unyank('1.1.0').expect(204));

    const types = await eventTypes();
    expect(types.slice(-3)).toEqual([
      'prompt.version.yanked',
      'prompt.version.yanked',
      'prompt.version.unyanked',
    ]);
  });

  it.each(['9.9.9', 'latest', '^1', 'v1.0.0', '1.0.0%00'])(
    'names an exact version, and not %s',
    async (version) => {
      await withoutAWrite(work, async () => {
        await yank(version).expect(problem(404, 'unknown-selector'));
        await unyank(version).expect(problem(404, 'unknown-selector'));
        await deprecate(version, { message: 'x' }).expect(problem(404, 'unknown-selector'));
        await purge(version).expect(problem(404, 'unknown-selector'));
      });
    },
  );

  it('says why', async () => {
    await yank('1.0.0', '').expect(
      problem(400, 'validation-failed', { errors: [fault('/reason', 'is-not-empty')] }),
    );
    await yank('1.0.0', 'x'.repeat(2001)).expect(problem(400, 'validation-failed'));
  });

  it('needs the right to it', async () => {
    const viewer = await work.signInAs('viewer');
    const path = '/versions/1.0.0/yank';
    await work
      .prompt('put', 'p', path, viewer)
      .send({ reason: 'x' })
      .expect(problem(403, 'forbidden'));
    const key = await work.makeKey({ verbs: ['yank'] });
    await work.prompt('put', 'p', path, key).send({ reason: 'x' }).expect(204);
  });
});

describe('a deprecation', () => {
  beforeEach(() => work.publish('p', '1.0.0'));

  it('warns and changes nothing else, until it is taken back', async () => {
    await deprecate('1.0.0', { message: 'old', replacement: 'q@^2' }).expect(204);

    expect((await listed('1.0.0')).deprecated).toEqual({
      message: 'old',
      replacement: 'q@^2',
      at: expect.stringMatching(/Z$/),
    });
    const { body } = await read('latest').expect(200);
    expect(body.version).toBe('1.0.0');
    await withoutAWrite(work, () => deprecate('1.0.0', { message: 'old', replacement: 'q@^2' }));
    await deprecate('1.0.0', { message: null }).expect(204);
    expect((await listed('1.0.0')).deprecated).toBeNull();
    await withoutAWrite(work, () => deprecate('1.0.0', { message: null }).expect(204));
    expect(await eventTypes()).toEqual([
      'prompt.version.deprecated',
      'prompt.version.undeprecated',
    ]);
  });

  it.each([{}, { message: '' }, { message: 7 }, { replacement: 'q@^2' }])(
    'says in words what is wrong, and not %j',
    async (body) => {
      await withoutAWrite(work, () =>
        deprecate('1.0.0', body).expect(problem(400, 'validation-failed')),
      );
    },
  );
});

describe('a purge', () => {
  const secret = 'sk-secret-4711';

  it('blanks the content for good: number, digest and history stay', async () => {
    const content = { kind: 'text', text: secret };
    const { digest } = await work.publish('p', '1.0.0', { content, labels: ['production'] });
    await work.publish('p', '1.1.0');
    await purge('1.0.0').expect(204);

    for (const selector of ['1.0.0', 'production']) {
      await read(selector).expect(problem(410, 'version-purged', { version: '1.0.0', digest }));
    }
    await read('~1.0').expect(problem(404, 'unknown-selector'));
    expect(await listed('1.0.0')).toMatchObject({ digest, ordinal: 1, purged: true });
    await work
      .prompt('post', 'p', '/versions')
      .send({ content: { kind: 'text', text: 'b' }, version: '1.0.0' })
      .expect(problem(409, 'version-exists'));
    await withoutAWrite(work, () => purge('1.0.0').expect(204));
  });

  it('leaves the content in no row and in no line of the log', async () => {
    const content = { kind: 'text', text: secret };
    await work.publish('p', '1.0.0', { content });
    await purge('1.0.0').expect(204);
    expect((await work.promptEvents()).at(-1)).toMatchObject({
      type: 'prompt.version.purged',
      data: { version: '1.0.0', reason: 'a key leaked' },
    });

    const { subject } = (await work.promptEvents()).at(-1)!;
    expect(await queryRaw(app, `SELECT content FROM versions WHERE id = '${subject.id}'`)).toEqual([
      { content: '' },
    ]);
    for (const table of ['versions', 'outbox', 'audit_log', 'prompts', 'purges']) {
      const rows = JSON.stringify(await queryRaw(app, `SELECT * FROM ${table}`), jsonOf);
      expect(rows).not.toContain(secret);
    }
    expect(app.log.join('\n')).not.toContain(secret);
  });

  it('is for instance admins alone', async () => {
    await work.publish('p', '1.0.0');
    const admin = await work.signInAs('admin');
    const key = await work.makeKey({ verbs: ['read', 'publish', 'label', 'tag', 'yank'] });

    await purge('1.0.0', admin).expect(problem(403, 'forbidden'));
    await purge('1.0.0', key).expect(problem(403, 'forbidden'));
    await read('1.0.0').expect(200);
  });

  it('reaches what is archived, which takes no other change', async () => {
    await work.publish('p', '1.0.0');
    await work.prompt('delete', 'p').expect(204);
    await yank('1.0.0').expect(problem(409, 'prompt-archived'));
    await deprecate('1.0.0', { message: 'x' }).expect(problem(409, 'prompt-archived'));
    await work.request('delete', '').expect(204);
    await yank('1.0.0').expect(problem(409, 'project-archived'));

    await purge('1.0.0').expect(204);
    await read('1.0.0').expect(problem(410, 'version-purged'));
  });

  it('leaves the next version to be compared with the one below', async () => {
    const needs = (name: string) => ({
      kind: 'text',
      text: `{{${name}}}`,
      variables: [{ name, type: 'string' }],
    });
    await work.publish('p', '1.0.0', { content: needs('a') });
    await work.publish('p', '2.0.0', { content: needs('b') });
    const suggested = async () => {
      const content = needs('c');
      const { body } = await work.prompt('post', 'p', '/versions/check').send({ content });
      return body.suggestedVersion;
    };

    await purge('2.0.0').expect(204);
    expect(await suggested()).toBe('3.0.0');
    await purge('1.0.0').expect(204);
    expect(await suggested()).toBe('2.0.1');
  });
});

describe('the list of versions', () => {
  it('shows what may change about each, newest published first', async () => {
    const first = await work.publish('p', '2.0.0', { labels: ['b', 'a'], changelog: 'one' });
    await work.publish('p', '1.0.0');

    const { body } = await work.prompt('get', 'p', '/versions').expect(200);
    expect(body.nextCursor).toBeNull();
    expect((body.items as { version: string }[]).map((item) => item.version)).toEqual([
      '1.0.0',
      '2.0.0',
    ]);
    expect(body.items[1]).toEqual({
      version: '2.0.0',
      ordinal: 1,
      digest: first.digest,
      changelog: 'one',
      createdAt: first.createdAt,
      createdBy: first.createdBy,
      labels: ['a', 'b'],
      yanked: null,
      deprecated: null,
      purged: false,
    });
  });

  it('comes in pages that miss and repeat nothing', async () => {
    for (const minor of [0, 1, 2, 3, 4]) await work.publish('p', `1.${minor}.0`);

    const path = `/v1/projects/${work.project}/prompts/p/versions`;
    const items = await listEverything(app, path);
    expect(items.map(({ ordinal }) => ordinal)).toEqual([5, 4, 3, 2, 1]);
  });

  it.each([
    ['limit=0', '/limit'],
    ['limit=201', '/limit'],
    ['limit=1.5', '/limit'],
    ['limit=x', '/limit'],
    ['limit=1&limit=2', '/limit'],
    ['total=yes', '/total'],
    ['offset=3', '/offset'],
  ])('refuses %s', async (query, pointer) => {
    await work.publish('p', '1.0.0');
    const answer = await work.prompt('get', 'p', `/versions?${query}`);
    problem(400, 'validation-failed')(answer);
    expect(answer.body.errors[0].pointer).toBe(pointer);
  });

  it.each(['x', '', '////', 'W10', 'eyJhIjoxfQ', '"', 'a'.repeat(2048)])(
    'takes %j for no cursor of its own',
    async (cursor) => {
      await work.publish('p', '1.0.0');
      await work
        .prompt('get', 'p', '/versions')
        .query({ cursor })
        .expect(problem(400, 'invalid-cursor'));
    },
  );
});

/** A driver may give whole numbers as bigint. */
const jsonOf = (_: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value);
