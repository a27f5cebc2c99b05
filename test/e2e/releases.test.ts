import { setImmediate as nextTurn } from 'node:timers/promises';
import { systemContext } from '../../src/platform/authorization/index.js';
import { Database } from '../../src/platform/database/index.js';
import { fault, problem } from '../support/expect-problem.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { expectGaplessRevisions } from '../support/gapless.js';
import { eventsOf } from '../support/people.js';
import { PromptWorkspace } from '../support/prompt-workspace.js';
import { withoutAWrite } from '../support/written-rows.js';

interface Move {
  readonly prompt: string;
  readonly label: string;
  readonly version: string;
  readonly expectedVersion?: string | null;
}

let app: FreshApplication;
let work: PromptWorkspace;

beforeAll(async () => {
  app = await freshApplication();
});
afterAll(() => app.close());
beforeEach(async () => {
  work = await PromptWorkspace.create(app);
  for (const prompt of ['a', 'b', 'folder/c']) {
    for (const version of ['1.0.0', '1.1.0']) await work.publish(prompt, version);
  }
});

const to = (prompt: string, version: string, label = 'production'): Move => ({
  prompt,
  label,
  version,
});
const release = (moves: readonly unknown[], fields: object = {}, token?: string | null) =>
  work.request('post', '/releases', token).send({ moves, ...fields });
async function labelsOf(prompt: string): Promise<Record<string, string>> {
  return (await work.prompt('get', prompt).expect(200)).body.labels;
}

describe('a release', () => {
  it('moves labels of several prompts, and shows each as it is then', async () => {
    await release([to('b', '1.0.0')]).expect(201);

    const made = await release(
      [to('folder/c', '1.1.0', 'eu'), to('b', '1.1.0'), to('a', '1.0.0')],
      {
        reason: 'autumn',
      },
    ).expect(201);

    const label = {
      movedAt: expect.stringMatching(/Z$/),
      movedBy: { kind: 'user', id: expect.any(String), name: 'admin' },
      reason: 'autumn',
      moved: true,
    };
    expect(made.body).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      moves: [
        { prompt: 'folder/c', label: 'eu', version: '1.1.0', previousVersion: null, ...label },
        { prompt: 'b', label: 'production', version: '1.1.0', previousVersion: '1.0.0', ...label },
        { prompt: 'a', label: 'production', version: '1.0.0', previousVersion: null, ...label },
      ],
      reason: 'autumn',
      madeAt: expect.stringMatching(/Z$/),
      madeBy: label.movedBy,
    });
    expect(await labelsOf('a')).toEqual({ production: '1.0.0' });
    expect(await labelsOf('b')).toEqual({ production: '1.1.0' });
    expect(await labelsOf('folder/c')).toEqual({ eu: '1.1.0' });
  });

  it('is named in the history of its labels, and announced with them in one revision', async () => {
    const { body } = await release([to('a', '1.0.0'), to('b', '1.0.0')]).expect(201);

    for (const prompt of ['a', 'b']) {
      const history = await work.prompt('get', prompt, '/labels/production/history').expect(200);
      expect(history.body.items).toMatchObject([{ ground: 'release', groundId: body.id }]);
    }
    const { id } = (await work.request('get', '').expect(200)).body;
    const events = await eventsOf(app, String(id));
    const { revision } = events.at(-1)!;
    const announced = events.filter((event) => event.revision === revision);
    expect(announced.map(({ type, subject }) => [type, subject.name])).toEqual([
      ['prompt.label.moved', 'a@production'],
      ['prompt.label.moved', 'b@production'],
      ['release.made', body.id],
    ]);
    expect(announced.at(-1)).toMatchObject({
      subject: { type: 'release', id: body.id },
      after: expect.stringMatching(/^sha256:/),
      data: { labels: ['a@production: 1.0.0', 'b@production: 1.0.0'], moved: 2, reason: null },
    });
  });

  it('says of a label that pointed there already that it did not move', async () => {
    await work.prompt('put', 'a', '/labels/production').send({ version: '1.0.0', reason: 'first' });

    const { body } = await release([to('a', '1.0.0'), to('b', '1.0.0')], { reason: 'x' }).expect(
      201,
    );

    expect(body.moves).toMatchObject([
      { prompt: 'a', moved: false, reason: 'first' },
      { prompt: 'b', moved: true, reason: 'x' },
    ]);
    const history = await work.prompt('get', 'a', '/labels/production/history').expect(200);
    expect(history.body.items).toHaveLength(1);
  });

  it('holds up to 100 moves', async () => {
    const labels = Array.from({ length: 100 }, (_, index) => to('a', '1.0.0', `l${index}`));

    const { body } = await release(labels).expect(201);

    expect(Object.keys(await labelsOf('a'))).toHaveLength(100);
    expect((body.moves as Move[]).map(({ label }) => label)).toEqual(
      labels.map(({ label }) => label),
    );
    await release([...labels, to('b', '1.0.0')]).expect(
      problem(400, 'validation-failed', { errors: [fault('/moves', 'array-max-size')] }),
    );
  });
});

describe('a release of which one move fails', () => {
  const good = [to('a', '1.0.0'), to('b', '1.0.0')];
  const faulty = async (move: unknown, field: string, status: number, code: string) => {
    const errors = [fault(`/moves/1/${field}`, code)];
    await withoutAWrite(work, async () => {
      await release([good[0], move, good[1]]).expect(problem(status, code, { errors }));
    });
  };

  it('moves nothing, and says which one and why', async () => {
    await work.prompt('put', 'folder/c', '/versions/1.0.0/yank').send({ reason: 'bad' });
    await work.prompt('post', 'folder/c', '/versions/1.1.0/purge').send({ reason: 'leak' });
    await work.create('archived');
    await work.prompt('delete', 'archived').expect(204);

    await faulty(to('folder/c', '9.9.9'), 'version', 404, 'unknown-selector');
    await faulty(to('folder/c', 'latest'), 'version', 404, 'unknown-selector');
    await faulty(to('folder/c', '1.0.0'), 'version', 409, 'version-yanked');
    await faulty(to('folder/c', '1.1.0'), 'version', 410, 'version-purged');
    await faulty(to('nowhere', '1.0.0'), 'prompt', 404, 'not-found');
    await faulty(to('../a', '1.0.0'), 'prompt', 404, 'not-found');
    await faulty(to('archived', '1.0.0'), 'prompt', 409, 'prompt-archived');
    const unexpected = { ...to('folder/c', '1.0.0', 'eu'), expectedVersion: '1.0.0' };
    await work.prompt('delete', 'folder/c', '/versions/1.0.0/yank').expect(204);
    await faulty(unexpected, 'expectedVersion', 409, 'label-conflict');
    expect(await labelsOf('a')).toEqual({});
  });

  it('is refused before anything is looked up when it is no release', async () => {
    const invalid = (moves: unknown, pointer: string, code: string) =>
      work
        .request('post', '/releases')
        .send({ moves })
        .expect(problem(400, 'validation-failed', { errors: [fault(pointer, code)] }));

    await withoutAWrite(work, async () => {
      await invalid([], '/moves', 'array-min-size');
      await invalid([good[0], 'b'], '/moves/1', 'wrong-type');
      await invalid([{ ...good[0], project: 'other' }], '/moves/0/project', 'unknown-field');
      await invalid([{ ...good[0], moved: true }], '/moves/0/moved', 'unknown-field');
      await invalid([good[0], to('b', '1.0.0', 'latest')], '/moves/1/label', 'invalid-label');
      await invalid([good[0], good[1], to('a', '1.1.0')], '/moves/2/label', 'duplicate-move');
      await work.request('post', '/releases').send({}).expect(problem(400, 'validation-failed'));
    });
  });
});

describe('the expected versions of a release', () => {
  it('have to hold for all of its labels', async () => {
    await release([to('a', '1.0.0')]).expect(201);

    const expecting = (a: string | null, b: string | null) =>
      release([
        { ...to('a', '1.1.0'), expectedVersion: a },
        { ...to('b', '1.1.0'), expectedVersion: b },
      ]);

    await withoutAWrite(work, async () => {
      await expecting('1.0.0', '1.0.0').expect(
        problem(409, 'label-conflict', {
          currentVersion: null,
          errors: [fault('/moves/1/expectedVersion', 'label-conflict')],
        }),
      );
      await expecting(null, null).expect(problem(409, 'label-conflict'));
    });
    await expecting('1.0.0', null).expect(201);
  });
});

describe('a release of a protected label', () => {
  beforeEach(async () => {
    const policy = { movers: ['admin'] };
    await work.request('put', '/label-policies/production').send(policy).expect(200);
  });

  it('is refused as a whole, and says which label is protected', async () => {
    const moves = [to('b', '1.0.0', 'staging'), to('a', '1.0.0')];
    const errors = [fault('/moves/1/label', 'label-protected')];
    const developer = await work.signInAs('developer');

    await withoutAWrite(work, () =>
      release(moves, {}, developer).expect(problem(403, 'label-protected', { errors })),
    );
    await release(moves).expect(201);
  });
});

describe('who makes a release', () => {
  it('needs the right to every move in it', async () => {
    const both = [to('a', '1.0.0'), to('b', '1.0.0', 'staging')];
    const key = (fields: object) => work.makeKey({ verbs: ['label'], ...fields });
    const refused = [
      [await key({ labels: ['production'] }), 403, 'forbidden', '/moves/1/label'],
      [await key({ prompts: ['a'] }), 404, 'not-found', '/moves/1/prompt'],
      [await work.makeKey({ verbs: ['publish'] }), 403, 'forbidden', '/moves/0/label'],
      [await work.signInAs('viewer'), 403, 'forbidden', '/moves/0/label'],
    ] as const;

    await withoutAWrite(work, async () => {
      for (const [token, status, code, pointer] of refused) {
        const errors = [fault(pointer, code)];
        await release(both, {}, token).expect(problem(status, code, { errors }));
      }
      await release(both, {}, null).expect(problem(401, 'unauthenticated'));
    });
    const enough = await key({ prompts: ['a', 'b'], labels: ['production', 'staging'] });
    await release(both, {}, enough).expect(201);
    await release([to('a', '1.1.0')], {}, await work.signInAs('developer')).expect(201);
  });

  it('sees prompts of its own project only', async () => {
    const other = await PromptWorkspace.create(app);
    await other.publish('elsewhere', '1.0.0');

    await release([to('elsewhere', '1.0.0')]).expect(problem(404, 'not-found'));
    await app
      .asAdmin('post', '/v1/projects/nowhere/releases')
      .send({ moves: [to('a', '1.0.0')] })
      .expect(problem(404, 'not-found'));
  });

  it('waits until the project is restored', async () => {
    await work.request('delete', '').expect(204);

    await release([to('a', '1.0.0')]).expect(problem(409, 'project-archived'));
  });
});

describe('forty releases at once', () => {
  const prompts = ['a', 'b', 'folder/c', 'd', 'e'];
  /** Three of the prompts, in an order of its own for each release. */
  const shuffled = (index: number) =>
    [0, 1, 2].map((step) => prompts[(index * 3 + step * (1 + (index % 4))) % prompts.length]!);

  beforeEach(async () => {
    for (const prompt of ['d', 'e']) {
      for (const version of ['1.0.0', '1.1.0']) await work.publish(prompt, version);
    }
  });

  it('over the same prompts in any order never deadlock, and each is whole', async () => {
    const started = app.log.length;

    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        release(shuffled(index).map((prompt) => to(prompt, index % 2 ? '1.0.0' : '1.1.0'))),
      ),
    );

    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    expect(app.log.slice(started).filter((line) => /"level":"(warn|error)"/.test(line))).toEqual(
      [],
    );
    // Replayed in the order of their revisions, the releases give what every journal says.
    const { id } = (await work.request('get', '').expect(200)).body;
    const announced = (await eventsOf(app, String(id))).filter(({ type }) =>
      ['prompt.label.moved', 'release.made'].includes(type),
    );
    const state = new Map<string, string>();
    for (const event of announced) {
      if (event.type === 'prompt.label.moved') {
        expect(event.data?.from).toBe(state.get(event.subject.name) ?? null);
        state.set(event.subject.name, String(event.data?.to));
        continue;
      }
      // Every release left all of its labels where it said, whatever moved between.
      for (const line of event.data?.labels as string[]) {
        const [name, version] = line.split(': ') as [string, string];
        expect(state.get(name)).toBe(version);
      }
    }
    for (const prompt of prompts) {
      expect(await labelsOf(prompt)).toEqual({ production: state.get(`${prompt}@production`) });
    }
    const database = app.application.nest.get(Database);
    await expectGaplessRevisions((sql) => database.manager(systemContext('test')).query(sql));
  });

  it('are never read in part', async () => {
    const all = (version: string) => prompts.map((prompt) => to(prompt, version));
    await release(all('1.0.0')).expect(201);
    const database = app.application.nest.get(Database);
    const sql =
      'SELECT COUNT(DISTINCT m.to_version) AS n FROM labels l ' +
      'JOIN label_moves m ON m.id = l.move_id JOIN prompts p ON p.id = l.prompt_id ' +
      `JOIN projects j ON j.id = p.project_id WHERE j.name = '${work.project}'`;
    let isMoving = true;
    const watch = async () => {
      const seen = new Set<number>();
      for (; isMoving;) {
        const [row] = await database.manager(systemContext('test')).query<{ n: unknown }[]>(sql);
        seen.add(Number(row?.n));
        // SQLite answers at once, and would leave no turn to those who move.
        await nextTurn();
      }
      return [...seen];
    };
    const move = async () => {
      for (let index = 0; index < 10; index += 1) {
        await release(all(index % 2 ? '1.0.0' : '1.1.0').toSorted(() => (index % 3) - 1));
      }
      isMoving = false;
    };

    const [seen] = await Promise.all([watch(), move()]);

    expect(seen).toEqual([1]);
  });
});
