import { fault, problem } from '../support/expect-problem.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { listEverything, PromptWorkspace } from '../support/prompt-workspace.js';
import { withoutAWrite } from '../support/written-rows.js';

let app: FreshApplication;
let work: PromptWorkspace;

beforeAll(async () => {
  app = await freshApplication();
});
afterAll(() => app.close());
beforeEach(async () => {
  work = await PromptWorkspace.create(app);
  for (const version of ['1.0.0', '1.1.0', '2.0.0']) await work.publish('p', version);
});

const label = (name: string) => `/labels/${encodeURIComponent(name)}`;
const move = (body: object, name = 'production') => work.prompt('put', 'p', label(name)).send(body);
const read = (name = 'production') => work.prompt('get', 'p', label(name));

describe('a label', () => {
  it('is made by its first move, and shows where it points and who moved it', async () => {
    const made = await move({ version: '1.0.0', reason: 'go live' }).expect(200);

    expect(made.body).toEqual({
      label: 'production',
      version: '1.0.0',
      previousVersion: null,
      movedAt: expect.stringMatching(/Z$/),
      movedBy: { kind: 'user', id: expect.any(String), name: 'admin' },
      reason: 'go live',
    });
    expect(made.headers.etag).toBe('"1"');
    const found = await read().expect(200);
    expect(found.body).toEqual(made.body);
    expect(found.headers.etag).toBe('"1"');
    const list = await work.prompt('get', 'p', '/labels').expect(200);
    expect(list.body).toEqual({ items: [made.body] });
  });

  it('moves up and down, and what it names is read through it', async () => {
    for (const version of ['1.0.0', '2.0.0', '1.1.0']) {
      const moved = await move({ version }).expect(200);
      expect(moved.body.version).toBe(version);
      const found = await work.prompt('get', 'p', '/versions/production').expect(200);
      expect(found.body.version).toBe(version);
    }
  });

  it('that points there already does not move', async () => {
    await move({ version: '1.0.0', reason: 'first' }).expect(200);

    await withoutAWrite(work, async () => {
      const again = await move({ version: '1.0.0', reason: 'second' }).expect(200);
      expect(again.body.reason).toBe('first');
      expect(again.headers.etag).toBe('"1"');
    });
  });

  it('is announced with digests, and listed by name', async () => {
    await move({ version: '1.0.0' }, 'b');
    await move({ version: '1.1.0' }, 'a');
    await move({ version: '2.0.0' }, 'a');

    const moves = (await work.promptEvents()).filter(({ type }) => type === 'prompt.label.moved');
    expect(moves.at(-1)).toMatchObject({
      subject: { type: 'label', name: 'p@a' },
      before: expect.stringMatching(/^sha256:/),
      after: expect.stringMatching(/^sha256:/),
      data: { label: 'a', from: '1.1.0', to: '2.0.0', move: 2 },
    });
    const { body } = await work.prompt('get', 'p', '/labels').expect(200);
    expect((body.items as { label: string }[]).map((item) => item.label)).toEqual(['a', 'b']);
  });

  it.each(['x', 'v1', 'latest', 'X', '1.0.0', '-a', 'a b', 'é', 'a/b', 'a\u0000', 'a'.repeat(64)])(
    'is never called %j',
    async (name) => {
      await withoutAWrite(work, async () => {
        await move({ version: '1.0.0' }, name).expect(
          problem(400, 'validation-failed', { errors: [fault('/label', 'invalid-label')] }),
        );
        await read(name).expect(problem(404, 'not-found'));
        await work.prompt('get', 'p', `${label(name)}/history`).expect(problem(404, 'not-found'));
        await work.prompt('delete', 'p', label(name)).expect(problem(404, 'not-found'));
      });
    },
  );
});

describe('a move', () => {
  it.each(['9.9.9', 'latest', '^1', '1', 'staging', ''])(
    'goes to an exact version that exists, and not to %j',
    async (version) => {
      await withoutAWrite(work, () => move({ version }).expect(problem(404, 'unknown-selector')));
    },
  );

  it('does not go to a version that is yanked or purged', async () => {
    await work.prompt('put', 'p', '/versions/1.0.0/yank').send({ reason: 'bad' }).expect(204);
    await work.prompt('post', 'p', '/versions/1.1.0/purge').send({ reason: 'leak' }).expect(204);

    await withoutAWrite(work, async () => {
      await move({ version: '1.0.0' }).expect(problem(409, 'version-yanked'));
      await move({ version: '1.1.0' }).expect(problem(410, 'version-purged'));
    });
  });

  it('needs a version, and a reason that says something', async () => {
    await move({}).expect(problem(400, 'validation-failed'));
    await move({ version: null }).expect(problem(400, 'validation-failed'));
    await move({ version: '1.0.0', reason: '' }).expect(problem(400, 'validation-failed'));
    await move({ version: '1.0.0', force: true }).expect(
      problem(400, 'validation-failed', { errors: [fault('/force', 'unknown-field')] }),
    );
  });

  it('is refused while the prompt is archived', async () => {
    await move({ version: '1.0.0' }).expect(200);
    await work.prompt('delete', 'p').expect(204);

    await withoutAWrite(work, async () => {
      await move({ version: '1.1.0' }).expect(problem(409, 'prompt-archived'));
      await work.prompt('delete', 'p', label('production')).expect(problem(409, 'prompt-archived'));
    });
  });

  it('is refused while the project is archived', async () => {
    await work.request('delete', '').expect(204);

    await withoutAWrite(work, () =>
      move({ version: '1.1.0' }).expect(problem(409, 'project-archived')),
    );
  });
});

describe('the expected version of a move', () => {
  it('null lets it make the label and never move it', async () => {
    await move({ version: '1.0.0', expectedVersion: null }).expect(200);

    await withoutAWrite(work, () =>
      move({ version: '1.1.0', expectedVersion: null }).expect(
        problem(409, 'label-conflict', { currentVersion: '1.0.0' }),
      ),
    );
  });

  it('has to be the one the label points to', async () => {
    await withoutAWrite(work, () =>
      move({ version: '1.1.0', expectedVersion: '1.0.0' }).expect(
        problem(409, 'label-conflict', { currentVersion: null }),
      ),
    );
    await move({ version: '1.0.0' }).expect(200);
    await withoutAWrite(work, () =>
      move({ version: '1.1.0', expectedVersion: '2.0.0' }).expect(
        problem(409, 'label-conflict', { currentVersion: '1.0.0' }),
      ),
    );

    await move({ version: '1.1.0', expectedVersion: '1.0.0' }).expect(200);
  });

  it('lets one of many through who saw the same', async () => {
    await move({ version: '1.0.0' }).expect(200);
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        move({ version: index % 2 ? '1.1.0' : '2.0.0', expectedVersion: '1.0.0' }),
      ),
    );

    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const answer of answers.filter(({ status }) => status !== 200)) {
      problem(409, 'label-conflict')(answer);
    }
  });
});

describe('If-Match', () => {
  it('lets the move through that knows the last one', async () => {
    await move({ version: '1.0.0' }).expect(200);
    const moved = await move({ version: '1.1.0' }).set('If-Match', '"1"').expect(200);
    expect(moved.headers.etag).toBe('"2"');

    await move({ version: '2.0.0' }).set('If-Match', '"7", "2"').expect(200);
  });

  it.each(['"1"', 'W/"2"', '2', '"x"', '', '"1", "3"'])('of %s is stale', async (ifMatch) => {
    await move({ version: '1.0.0' }).expect(200);
    await move({ version: '1.1.0' }).expect(200);

    await withoutAWrite(work, async () => {
      await move({ version: '2.0.0' })
        .set('If-Match', ifMatch)
        .expect(problem(412, 'precondition-failed'));
      await work
        .prompt('delete', 'p', label('production'))
        .set('If-Match', ifMatch)
        .expect(problem(412, 'precondition-failed'));
    });
  });

  it('of a star asks for a label that exists', async () => {
    await withoutAWrite(work, () =>
      move({ version: '1.0.0' }).set('If-Match', '*').expect(problem(412, 'precondition-failed')),
    );
    await move({ version: '1.0.0' }).expect(200);

    await move({ version: '1.1.0' }).set('If-Match', '*').expect(200);
  });
});

describe('a label that is removed', () => {
  const remove = () => work.prompt('delete', 'p', label('production'));
  const history = () => `/v1/projects/${work.project}/prompts/p/labels/production/history`;

  it('is gone, its history stays, and its moves are counted on', async () => {
    await move({ version: '1.0.0' }).expect(200);
    await move({ version: '1.1.0' }).expect(200);
    await remove().set('If-Match', '"2"').expect(204);

    await read().expect(problem(404, 'not-found'));
    await work.prompt('get', 'p', '/versions/production').expect(problem(404, 'unknown-selector'));
    await remove().expect(problem(404, 'not-found'));
    const back = await move({ version: '1.0.0', expectedVersion: null }).expect(200);
    expect(back.headers.etag).toBe('"4"');
    expect(back.body.previousVersion).toBeNull();

    const moves = await listEverything(app, history());
    expect(moves.map(({ move: number, from, to }) => [number, from, to])).toEqual([
      [4, null, '1.0.0'],
      [3, '1.1.0', null],
      [2, '1.0.0', '1.1.0'],
      [1, null, '1.0.0'],
    ]);
  });

  it('has a history as long as it moved, in pages', async () => {
    for (const version of ['1.0.0', '1.1.0', '2.0.0', '1.0.0', '2.0.0']) {
      await move({ version, reason: `to ${version}` }).expect(200);
    }

    const moves = await listEverything(app, history());
    expect(moves.map(({ move: number }) => number)).toEqual([5, 4, 3, 2, 1]);
    expect(moves[0]).toEqual({
      move: 5,
      from: '1.0.0',
      to: '2.0.0',
      movedAt: expect.stringMatching(/Z$/),
      movedBy: { kind: 'user', id: expect.any(String), name: 'admin' },
      reason: 'to 2.0.0',
      ground: 'move',
      groundId: null,
    });
  });

  it('of which nobody ever heard has none', async () => {
    await app.asAdmin('get', history()).expect(problem(404, 'not-found'));
  });

  it.each([
    ['a text', ['label-moves', 'abc']],
    ['nothing', ['label-moves']],
    ['more than a column holds', ['label-moves', 2 ** 60]],
    ['another list', ['versions', 1]],
    ['an object', { list: 'label-moves' }],
  ])('has no page after a cursor of %s', async (_, cursor) => {
    await move({ version: '1.0.0' }).expect(200);
    await app
      .asAdmin('get', history())
      .query({ cursor: Buffer.from(JSON.stringify(cursor)).toString('base64url') })
      .expect(problem(400, 'invalid-cursor'));
  });
});

describe('who moves a label', () => {
  it('needs the right to it: a role, or a verb and the label', async () => {
    const body = { version: '1.0.0' };
    const as = (token: string, name: string) =>
      work.prompt('put', 'p', label(name), token).send(body);
    const viewer = await work.signInAs('viewer');
    const developer = await work.signInAs('developer');
    const reader = await work.makeKey({ verbs: ['read', 'publish'] });
    const mover = await work.makeKey({ verbs: ['label'], labels: ['staging'] });
    const elsewhere = await work.makeKey({ verbs: ['label'], prompts: ['other/*'] });

    await withoutAWrite(work, async () => {
      await as(viewer, 'staging').expect(problem(403, 'forbidden'));
      await as(reader, 'staging').expect(problem(403, 'forbidden'));
      await as(mover, 'production').expect(problem(403, 'forbidden'));
      await as(elsewhere, 'staging').expect(problem(404, 'not-found'));
      await work
        .prompt('put', 'p', label('staging'), null)
        .send(body)
        .expect(problem(401, 'unauthenticated'));
    });
    await as(mover, 'staging').expect(200);
    await as(developer, 'production').expect(200);
    await work.prompt('delete', 'p', label('production'), mover).expect(problem(403, 'forbidden'));
    await work.prompt('delete', 'p', label('staging'), mover).expect(204);
  });
});
