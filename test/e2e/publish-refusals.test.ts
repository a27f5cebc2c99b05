import { fault, problem } from '../support/expect-problem.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { PromptWorkspace } from '../support/prompt-workspace.js';
import { withoutAWrite } from '../support/written-rows.js';

let app: FreshApplication;
let work: PromptWorkspace;

beforeAll(async () => {
  app = await freshApplication();
});
afterAll(() => app.close());
beforeEach(async () => {
  work = await PromptWorkspace.create(app);
});

const text = (wording: string) => ({ kind: 'text', text: wording });
const publish = (body: object, name = 'p') =>
  work.prompt('post', name, '/versions').send({ content: text('one'), ...body });

describe('a publish that is sent again', () => {
  it('is harmless: the same answer, and nothing is written', async () => {
    const body = {
      version: '1.0.0',
      description: 'd',
      tags: ['t'],
      labels: ['production'],
      changelog: 'first',
    };
    const first = await publish(body).expect(201);

    await withoutAWrite(work, async () => {
      const again = await publish(body).expect(200);
      expect(again.text).toBe(first.text);
      expect(again.headers.etag).toBe(first.headers.etag);
      expect(again.headers.location).toBe(first.headers.location);
    });
  });

  it('is harmless when its base has become stale by it', async () => {
    await publish({ version: '1.0.0' }).expect(201);
    const body = { version: '1.0.1', content: text('two'), baseVersion: '1.0.0' };
    await publish(body).expect(201);

    await withoutAWrite(work, () => publish(body).expect(200));
  });

  it('keeps the changelog and the author of the first time', async () => {
    await publish({ version: '1.0.0', changelog: 'first' }).expect(201);

    const again = await publish({ version: '1.0.0', changelog: 'second' }).expect(200);
    expect(again.body.changelog).toBe('first');
  });

  it('with other content is refused, for a version never changes', async () => {
    await publish({ version: '1.0.0' }).expect(201);

    await withoutAWrite(work, () =>
      publish({ version: '1.0.0', content: text('two') }).expect(problem(409, 'version-exists')),
    );
  });

  it('after a purge is answered like a read', async () => {
    await publish({ version: '1.0.0' }).expect(201);
    await work.prompt('post', 'p', '/versions/1.0.0/purge').send({ reason: 'leak' }).expect(204);

    await withoutAWrite(work, () =>
      publish({ version: '1.0.0' }).expect(problem(410, 'version-purged')),
    );
  });
});

describe('content that is there already', () => {
  it('is refused right above the stable version that has it', async () => {
    await publish({ version: '1.0.0' }).expect(201);

    for (const numbering of [{ version: '1.0.1' }, { version: '9.0.0' }, { bump: 'auto' }]) {
      await withoutAWrite(work, () =>
        publish(numbering).expect(problem(409, 'duplicate-content', { duplicateOf: '1.0.0' })),
      );
    }
  });

  it('is published when the caller says so', async () => {
    await publish({ version: '1.0.0' }).expect(201);

    await publish({ version: '1.0.1', allowDuplicate: true }).expect(201);
  });

  it('may come back after another version: a revert', async () => {
    await publish({ version: '1.0.0' }).expect(201);
    await publish({ version: '1.0.1', content: text('two') }).expect(201);

    const { body } = await publish({ bump: 'auto' }).expect(201);
    expect(body).toMatchObject({ version: '1.0.2', ordinal: 3 });
  });

  it('may be that of a prerelease: the candidate becomes the release', async () => {
    await publish({ version: '1.0.0-rc.1' }).expect(201);

    await publish({ version: '1.0.0' }).expect(201);
  });
});

describe('a base version', () => {
  it('is refused when a newer one exists in its major, and in no other', async () => {
    await publish({ version: '1.0.0' }).expect(201);
    await publish({ version: '2.0.0', content: text('two') }).expect(201);
    const body = { bump: 'auto', content: text('three'), baseVersion: '1.0.0' };
    expect((await publish(body).expect(201)).body.version).toBe('1.0.1');

    await withoutAWrite(work, () =>
      publish({ ...body, content: text('four') }).expect(problem(409, 'stale-base')),
    );
  });

  it('is refused when there is none', async () => {
    await withoutAWrite(work, () =>
      publish({ bump: 'auto', baseVersion: '1.0.0' }).expect(
        problem(400, 'validation-failed', { errors: [fault('/baseVersion', 'unknown-version')] }),
      ),
    );
    await work.prompt('get', 'p').expect(problem(404, 'not-found'));
  });
});

describe('labels of a publish', () => {
  it('move with it, each in the journal', async () => {
    await publish({ version: '1.0.0', labels: ['production', 'staging'] }).expect(201);
    await publish({ version: '1.1.0', content: text('two'), labels: ['staging'] }).expect(201);

    const { body } = await work.prompt('get', 'p').expect(200);
    expect(body.labels).toEqual({ production: '1.0.0', staging: '1.1.0' });
    const history = await work.prompt('get', 'p', '/labels/staging/history').expect(200);
    expect(history.body.items).toMatchObject([
      { move: 2, from: '1.0.0', to: '1.1.0' },
      { move: 1, from: null, to: '1.0.0' },
    ]);
  });

  it('are named once, however often they are', async () => {
    await publish({ version: '1.0.0', labels: ['a', 'a'] }).expect(201);

    const { body } = await work.prompt('get', 'p', '/labels/a/history').expect(200);
    expect(body.items).toHaveLength(1);
  });

  it('are refused together, and the version with them', async () => {
    await publish({ version: '1.0.0', labels: ['a'] }).expect(201);
    const key = await work.makeKey({ verbs: ['publish', 'label'], labels: ['a'] });

    await withoutAWrite(work, () =>
      work
        .prompt('post', 'p', '/versions', key)
        .send({ content: text('two'), version: '1.1.0', labels: ['a', 'b'] })
        .expect(problem(403, 'forbidden')),
    );
  });

  it('are at most twenty', async () => {
    const labels = Array.from({ length: 21 }, (_, index) => `label-${index}`);
    await publish({ version: '1.0.0', labels }).expect(
      problem(400, 'validation-failed', { errors: [fault('/labels', 'array-max-size')] }),
    );
    await publish({ version: '1.0.0', labels: labels.slice(1) }).expect(201);
  });
});

describe('what is archived', () => {
  it('takes no version: a prompt', async () => {
    await publish({ version: '1.0.0' }).expect(201);
    await work.prompt('delete', 'p').expect(204);

    await withoutAWrite(work, () =>
      publish({ version: '1.0.1', content: text('two') }).expect(problem(409, 'prompt-archived')),
    );
    await work.prompt('post', 'p', '/restore').expect(200);
    await publish({ version: '1.0.1', content: text('two') }).expect(201);
  });

  it('takes no version and no new prompt: a project', async () => {
    await publish({ version: '1.0.0' }).expect(201);
    await work.request('delete', '').expect(204);

    await withoutAWrite(work, async () => {
      await publish({ version: '1.0.1', content: text('two') }).expect(
        problem(409, 'project-archived'),
      );
      await publish({ version: '1.0.0' }, 'new').expect(problem(409, 'project-archived'));
    });
    await work.prompt('get', 'p', '/versions/1.0.0').expect(200);
  });
});

describe('a first publish that fails', () => {
  it.each([
    ['validation-failed', { version: 'v1' }],
    ['validation-failed', { version: '1.0.0', tags: [''] }],
    ['validation-failed', { version: '1.0.0', labels: ['x'] }],
    ['validation-failed', { version: '1.0.0', baseVersion: '1.0.0' }],
    ['validation-failed', { version: '1.0.0', provenance: [] }],
    ['undeclared-variable', { version: '1.0.0', content: text('{{x}}') }],
    ['invalid-template', { version: '1.0.0', content: text('{{#x}}') }],
    ['includes-not-supported', { version: '1.0.0', content: text('{{> x}}') }],
    ['content-too-large', { version: '1.0.0', content: text('x'.repeat(300_000)) }],
  ])('with %s leaves no prompt behind', async (code, body) => {
    await withoutAWrite(work, async () => {
      const answer = await publish(body);
      problem(answer.status, code)(answer);
    });
    await work.prompt('get', 'p').expect(problem(404, 'not-found'));
    await publish({ version: '1.0.0' }).expect(201);
  });
});

describe('publishes at the same moment', () => {
  it('of one number have one winner, and the others are told', async () => {
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        publish({ version: '1.0.0', content: text(`by ${index}`) }),
      ),
    );

    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    for (const answer of answers.filter(({ status }) => status !== 201)) {
      problem(409, 'version-exists')(answer);
    }
  });

  it('that ask for a bump get a number each, in a row', async () => {
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        publish({ bump: 'auto', content: text(`by ${index}`) }).expect(201),
      ),
    );

    const ordinals = answers.map(({ body }) => Number(body.ordinal)).sort((a, b) => a - b);
    expect(ordinals).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
    expect(new Set(answers.map(({ body }) => body.version)).size).toBe(12);
    const revisions = new Set((await work.promptEvents()).map(({ revision }) => revision));
    // Revision 1 made the project.
    expect([...revisions]).toEqual(Array.from({ length: 12 }, (_, index) => index + 2));
  });
});
