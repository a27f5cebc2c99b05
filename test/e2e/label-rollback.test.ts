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
  for (const version of ['1.0.0', '1.1.0', '2.0.0']) await work.publish('p', version);
});

const path = '/labels/production';
const move = (version: string) =>
  work
    .prompt('put', 'p', path)
    .send({ version, reason: `to ${version}` })
    .expect(200);
const rollBack = (body: object = {}, token?: string | null, label = 'production') =>
  work.prompt('post', 'p', `/labels/${encodeURIComponent(label)}/rollback`, token).send(body);
const current = async () => (await work.prompt('get', 'p', path)).body.version;
/** Every move, oldest first: its target, its ground and what it went back to. */
async function journal() {
  const { body } = await work.prompt('get', 'p', `${path}/history`).expect(200);
  const moves = body.items as { to: string | null; ground: string; groundId: string | null }[];
  return moves.reverse().map(({ to, ground, groundId }) => [to, ground, groundId]);
}

describe('a rollback', () => {
  it('points the label to the version before the current one, and is journalled as that', async () => {
    await move('1.0.0');
    await move('1.1.0');

    const rolled = await rollBack({ reason: 'worse than before' }).expect(200);

    expect(rolled.body).toEqual({
      label: 'production',
      version: '1.0.0',
      previousVersion: '1.1.0',
      movedAt: expect.stringMatching(/Z$/),
      movedBy: { kind: 'user', id: expect.any(String), name: 'admin' },
      reason: 'worse than before',
    });
    expect(rolled.headers.etag).toBe('"3"');
    expect(await current()).toBe('1.0.0');
    expect(await journal()).toEqual([
      ['1.0.0', 'move', null],
      ['1.1.0', 'move', null],
      ['1.0.0', 'rollback', '1'],
    ]);
    expect((await work.promptEvents()).at(-1)).toMatchObject({
      type: 'prompt.label.moved',
      data: { from: '1.1.0', to: '1.0.0', move: 3, ground: 'rollback' },
    });
  });

  it('walks on back when it is repeated, and ends at the first version', async () => {
    for (const version of ['1.0.0', '2.0.0', '1.0.0', '1.1.0']) await move(version);

    const versions = [];
    for (let count = 0; count < 3; count += 1) {
      versions.push((await rollBack().expect(200)).body.version);
    }

    expect(versions).toEqual(['1.0.0', '2.0.0', '1.0.0']);
    await withoutAWrite(work, () => rollBack().expect(problem(409, 'no-earlier-version')));
  });

  it('goes back to what an earlier rollback restored, and not to what that one undid', async () => {
    for (const version of ['1.0.0', '1.1.0']) await move(version);
    await rollBack().expect(200);
    await move('2.0.0');

    expect((await rollBack().expect(200)).body.version).toBe('1.0.0');
    await rollBack().expect(problem(409, 'no-earlier-version'));
  });

  it('brings back a label that was removed, and passes over removals', async () => {
    await move('1.0.0');
    await move('1.1.0');
    await work.prompt('delete', 'p', path).expect(204);

    const back = await rollBack({ expectedVersion: null }).expect(200);

    expect(back.body).toMatchObject({ version: '1.1.0', previousVersion: null });
    expect((await rollBack().expect(200)).body.version).toBe('1.0.0');
  });

  it('goes to the target of any move that is named, undone ones included', async () => {
    for (const version of ['1.0.0', '1.1.0', '2.0.0']) await move(version);

    expect((await rollBack({ toMove: 1 }).expect(200)).body.version).toBe('1.0.0');
    expect((await rollBack({ toMove: 3 }).expect(200)).body.version).toBe('2.0.0');
    expect((await rollBack({ toMove: 4 }).expect(200)).body.version).toBe('1.0.0');
    expect((await journal()).slice(3)).toEqual([
      ['1.0.0', 'rollback', '1'],
      ['2.0.0', 'rollback', '3'],
      ['1.0.0', 'rollback', '1'],
    ]);
  });

  it('walks back also when it broke the glass of a protected label', async () => {
    for (const version of ['1.0.0', '1.1.0', '2.0.0']) await move(version);
    const policy = { movers: ['developer'], approvals: 2 };
    await work.request('put', '/label-policies/production').send(policy).expect(200);
    const glass = { breakGlass: true, reason: 'the shop is down' };

    await rollBack().expect(problem(403, 'label-protected'));
    for (const version of ['1.1.0', '1.0.0']) {
      expect((await rollBack(glass).expect(200)).body.version).toBe(version);
    }
    expect((await journal()).slice(3)).toEqual([
      ['1.1.0', 'break-glass', '2'],
      ['1.0.0', 'break-glass', '1'],
    ]);
  });

  it('to where the label points already is no move', async () => {
    await move('1.0.0');

    await withoutAWrite(work, async () => {
      const { body } = await rollBack({ toMove: 1, reason: 'once more' }).expect(200);
      expect(body.reason).toBe('to 1.0.0');
    });
  });

  it('needs a move to go back to', async () => {
    await move('1.0.0');
    await work.prompt('delete', 'p', path).expect(204);
    const unknown = { errors: [fault('/toMove', 'unknown-move')] };

    await withoutAWrite(work, async () => {
      await rollBack({ toMove: 2 }).expect(problem(400, 'validation-failed', unknown));
      await rollBack({ toMove: 3 }).expect(problem(400, 'validation-failed', unknown));
      await rollBack({ toMove: 2 ** 53 - 1 }).expect(problem(400, 'validation-failed', unknown));
      for (const toMove of [0, -1, 1.5, '1', true]) {
        const refused = await rollBack({ toMove }).expect(problem(400, 'validation-failed'));
        expect(refused.body.errors).toContainEqual(fault('/toMove', expect.any(String) as never));
      }
      for (const label of ['staging', 'latest', 'x', 'a\u0000']) {
        await rollBack({}, undefined, label).expect(problem(404, 'not-found'));
      }
    });
  });
});

describe('a rollback is refused', () => {
  it('when its target has been yanked or purged', async () => {
    for (const version of ['1.0.0', '1.1.0', '2.0.0']) await move(version);
    await work.prompt('put', 'p', '/versions/1.1.0/yank').send({ reason: 'bad' }).expect(204);
    await work.prompt('post', 'p', '/versions/1.0.0/purge').send({ reason: 'leak' }).expect(204);

    await withoutAWrite(work, async () => {
      await rollBack().expect(problem(409, 'version-yanked'));
      await rollBack({ toMove: 1 }).expect(problem(410, 'version-purged'));
    });
  });

  it('when the label is not what the caller believes', async () => {
    await move('1.0.0');
    await move('1.1.0');

    await withoutAWrite(work, async () => {
      const stale = { expectedVersion: '2.0.0' };
      await rollBack(stale).expect(problem(409, 'label-conflict', { currentVersion: '1.1.0' }));
      await rollBack().set('If-Match', '"1"').expect(problem(412, 'precondition-failed'));
    });
    await rollBack({ expectedVersion: '1.1.0' }).set('If-Match', '"2"').expect(200);
  });

  it('while the prompt is archived', async () => {
    await move('1.0.0');
    await move('1.1.0');
    await work.prompt('delete', 'p').expect(204);

    await withoutAWrite(work, () => rollBack().expect(problem(409, 'prompt-archived')));
  });

  it('to whoever may not move the label', async () => {
    await move('1.0.0');
    await move('1.1.0');
    const viewer = await work.signInAs('viewer');
    const otherLabel = await work.makeKey({ verbs: ['label'], labels: ['staging'] });
    const otherPrompt = await work.makeKey({ verbs: ['label'], prompts: ['other/*'] });
    const mover = await work.makeKey({ verbs: ['label'], labels: ['production'] });

    await withoutAWrite(work, async () => {
      await rollBack({}, viewer).expect(problem(403, 'forbidden'));
      await rollBack({}, otherLabel).expect(problem(403, 'forbidden'));
      await rollBack({}, otherPrompt).expect(problem(404, 'not-found'));
      await rollBack({}, null).expect(problem(401, 'unauthenticated'));
    });
    await rollBack({}, mover).expect(200);
  });
});

it('lets one of many rollbacks through that saw the same move', async () => {
  for (const version of ['1.0.0', '1.1.0', '2.0.0']) await move(version);

  const answers = await Promise.all(
    Array.from({ length: 8 }, () => rollBack().set('If-Match', '"3"')),
  );

  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 412)).toHaveLength(7);
  expect(await current()).toBe('1.1.0');
});
