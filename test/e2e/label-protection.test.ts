import { Clock } from '../../src/platform/time/index.js';
import { fault, problem } from '../support/expect-problem.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { eventsOf } from '../support/people.js';
import { PromptWorkspace } from '../support/prompt-workspace.js';
import { until } from '../support/until.js';
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
afterEach(() => jest.restoreAllMocks());

const protect = (body: object) =>
  work.request('put', '/label-policies/production').send(body).expect(200);
const move = (body: object, token?: string, label = 'production') =>
  work.prompt('put', 'p', `/labels/${label}`, token).send(body);
const stage = (version: string) => move({ version }, undefined, 'staging').expect(200);
const remove = (token?: string, query: object = {}) =>
  work.prompt('delete', 'p', '/labels/production', token).query(query);
const history = async () => {
  const { body } = await work.prompt('get', 'p', '/labels/production/history').expect(200);
  return body.items as readonly { ground: string; reason: string; groundId: string | null }[];
};
const events = async (type: string) => {
  const { body } = await work.request('get', '').expect(200);
  return (await eventsOf(app, String(body.id))).filter((event) => event.type === type);
};

/** Lets the program believe that so much time has passed. */
function passTime(ms: number): void {
  jest.spyOn(app.application.nest.get(Clock), 'nowMs').mockImplementation(() => Date.now() + ms);
}

describe('a label whose policy asks for soak', () => {
  // Three times as long must not outlast the access token.
  const soakMs = 240_000;
  beforeEach(() =>
    protect({ movers: ['developer'], soakLabel: 'staging', soakSeconds: soakMs / 1000 }),
  );

  it('moves to a version that was under the other label for so long', async () => {
    await withoutAWrite(work, () =>
      move({ version: '1.1.0' }).expect(
        problem(409, 'soak-incomplete', {
          soakLabel: 'staging',
          soakingSince: null,
          readyAt: null,
        }),
      ),
    );
    const staged = await stage('1.1.0');
    const since = String(staged.body.movedAt);
    const readyAt = new Date(Date.parse(since) + soakMs).toISOString();
    await withoutAWrite(work, () =>
      move({ version: '1.1.0' }).expect(
        problem(409, 'soak-incomplete', { soakingSince: since, readyAt }),
      ),
    );

    passTime(soakMs - 60_000);
    await move({ version: '1.1.0' }).expect(problem(409, 'soak-incomplete', { readyAt }));
    passTime(soakMs);
    await move({ version: '2.0.0' }).expect(problem(409, 'soak-incomplete', { readyAt: null }));
    await move({ version: '1.1.0' }).expect(200);
  });

  it('takes no notice of time before a break, and remembers what soaked once', async () => {
    await stage('1.0.0');
    passTime(soakMs / 2);
    await stage('1.1.0');
    await stage('1.0.0');
    passTime(soakMs);
    await move({ version: '1.0.0' }).expect(problem(409, 'soak-incomplete'));
    passTime(soakMs * 1.2);
    await stage('2.0.0');
    await move({ version: '1.0.0' }).expect(problem(409, 'soak-incomplete'));
    await stage('1.0.0');
    passTime(soakMs * 2.2);
    await stage('2.0.0');

    await move({ version: '1.0.0' }).expect(200);
  });

  it('is removed without any, since there is no version to soak', async () => {
    await move({ version: '1.0.0', breakGlass: true, reason: 'not soaked yet' }).expect(200);

    await remove().expect(204);
  });
});

describe('breaking the glass', () => {
  const reason = 'The outage of checkout needs 1.0.0 back.';
  const breakGlass = true;
  beforeEach(async () => {
    await move({ version: '1.1.0' }).expect(200);
    await protect({
      movers: ['key'],
      approvals: 2,
      requireExpected: true,
      soakLabel: 'staging',
      soakSeconds: 60,
    });
  });

  it('moves a label past its policy, and leaves a trail of its own', async () => {
    const admin = await work.signInAs('admin');
    const body = { version: '1.0.0', expectedVersion: '1.1.0', reason, breakGlass };
    await move(body, admin).expect(200);

    expect((await history())[0]).toMatchObject({ ground: 'break-glass', reason, groundId: null });
    const glass = 'prompt.label.glass-broken';
    const announced = await events(glass);
    expect(announced).toMatchObject([
      {
        actor: { kind: 'user' },
        subject: { type: 'label', name: 'p@production' },
        data: { prompt: 'p', label: 'production', from: '1.1.0', to: '1.0.0', move: 2, reason },
      },
    ]);
    const moved = await events('prompt.label.moved');
    expect(moved.at(-1)).toMatchObject({
      revision: announced[0]!.revision,
      data: { ground: 'break-glass' },
    });
    const trail = await until(
      async () => (await work.request('get', '/audit').query({ type: glass })).body.items,
      (items: readonly object[]) => items.length > 0,
    );
    expect(trail).toMatchObject([{ actor: { kind: 'user' }, data: { reason } }]);
  });

  it('still asks what the label points to, and that it is true', async () => {
    await withoutAWrite(work, async () => {
      const body = { version: '1.0.0', reason, breakGlass };
      await move(body).expect(problem(428, 'expected-version-required'));
      await move({ ...body, expectedVersion: '2.0.0' }).expect(problem(409, 'label-conflict'));
    });
  });

  it('is for admins, who say why', async () => {
    const developer = await work.signInAs('developer');
    const key = await work.makeKey({ verbs: ['read', 'publish', 'label'] });
    const body = { version: '1.0.0', expectedVersion: '1.1.0', breakGlass };
    await withoutAWrite(work, async () => {
      for (const token of [developer, key]) {
        await move({ ...body, reason }, token).expect(problem(403, 'forbidden'));
        await remove(token, { breakGlass, reason }).expect(problem(403, 'forbidden'));
      }
      for (const short of [undefined, 'because', '   short   ']) {
        await move({ ...body, ...(short && { reason: short }) }).expect(
          problem(400, 'validation-failed', { errors: [fault('/reason', 'reason-too-short')] }),
        );
      }
    });
  });

  it('removes, rolls back and releases as well, with the same ground', async () => {
    await protect({ movers: ['key'], approvals: 1 });
    await move({ version: '1.0.0', reason, breakGlass }).expect(200);
    await work
      .prompt('post', 'p', '/labels/production/rollback')
      .send({ reason, breakGlass })
      .expect(200);
    const moves = [{ prompt: 'p', label: 'production', version: '2.0.0' }];
    await work.request('post', '/releases').send({ moves, reason, breakGlass }).expect(201);
    await remove(undefined, { breakGlass, reason }).expect(204);

    const grounds = (await history()).map(({ ground }) => ground);
    expect(grounds.slice(0, 4)).toEqual(Array(4).fill('break-glass'));
    expect(await events('prompt.label.glass-broken')).toHaveLength(4);
  });
});
