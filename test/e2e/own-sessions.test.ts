import request from 'supertest';
import { INSTANCE_PROJECT } from '../../src/platform/events/index.js';
import { Clock } from '../../src/platform/time/index.js';
import { problem } from '../support/expect-problem.js';
import { freshApplication, type FreshApplication } from '../support/fresh-application.js';
import { eventsOf, newPerson, somePassword } from '../support/people.js';

const dayMs = 24 * 60 * 60 * 1000;

describe('the sessions of a user', () => {
  let app: FreshApplication;
  beforeAll(async () => {
    app = await freshApplication();
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  afterAll(() => app.close());

  const me = (token: string) => app.as(token, 'get', '/v1/auth/me');
  const after = (elapsedMs: number) => {
    const then = Date.now() + elapsedMs;
    jest.spyOn(app.application.nest.get(Clock), 'nowMs').mockReturnValue(then);
  };

  const list = (token: string) => app.as(token, 'get', '/v1/auth/sessions');
  const signIn = async (username: string, userAgent: string) => {
    const { body } = await request(app.http)
      .post('/v1/auth/login')
      .set('User-Agent', userAgent)
      .send({ username, password: somePassword })
      .expect(200);
    return String(body.accessToken);
  };

  it('are listed, newest first, with where they came from and which one asks', async () => {
    const { token } = await newPerson(app, 'session-list');
    await newPerson(app, 'session-list-other');
    const phone = await signIn('session-list', 'phone');

    const { body } = await list(phone).expect(200);

    expect(body.items).toEqual([
      expect.objectContaining({ current: true, userAgent: 'phone', ip: expect.any(String) }),
      expect.objectContaining({ current: false }),
    ]);
    expect(Object.keys(body.items[0]).sort()).toEqual(
      ['createdAt', 'current', 'expiresAt', 'id', 'ip', 'lastUsedAt', 'userAgent'].sort(),
    );
    const page = await list(token).query({ limit: 1, total: true }).expect(200);
    expect(page.body).toMatchObject({ total: 2, nextCursor: expect.any(String) });
    const rest = await list(token).query({ limit: 1, cursor: page.body.nextCursor }).expect(200);
    expect(rest.body).toMatchObject({ items: [{ current: true }], nextCursor: null });
  });

  it('are not listed when nobody can use them any more', async () => {
    const { token } = await newPerson(app, 'session-idle');
    await app.as(await signIn('session-idle', 'x'), 'post', '/v1/auth/logout').expect(204);
    expect((await list(token).expect(200)).body.items).toHaveLength(1);

    after(8 * dayMs);

    expect((await list(await signIn('session-idle', 'y')).expect(200)).body.items).toHaveLength(1);
  });

  it('are ended one by one, and the next request with one is refused', async () => {
    const { token } = await newPerson(app, 'session-end');
    const phone = await signIn('session-end', 'phone');
    const { body } = await list(token).expect(200);
    const path = `/v1/auth/sessions/${String(body.items[0].id)}`;

    await app.as(token, 'delete', path).expect(204);

    await me(phone).expect(401);
    await me(token).expect(200);
    await app.as(token, 'delete', path).expect(problem(404, 'not-found'));
  });

  it('are ended by nobody else, whatever the id', async () => {
    const alice = await newPerson(app, 'session-alice');
    const mallory = await newPerson(app, 'session-mallory');
    const { body } = await list(alice.token).expect(200);

    for (const id of [
      String(body.items[0].id),
      'x',
      '%00',
      'ffffffff-ffff-4fff-bfff-ffffffffffff',
    ]) {
      await app
        .as(mallory.token, 'delete', `/v1/auth/sessions/${id}`)
        .expect(problem(404, 'not-found'));
    }
    await me(alice.token).expect(200);
  });

  it('are ended all at once but for the one that asks', async () => {
    const { id, token } = await newPerson(app, 'session-all');
    const others = [await signIn('session-all', 'a'), await signIn('session-all', 'b')];

    await app.as(token, 'delete', '/v1/auth/sessions').expect(204);

    for (const other of others) await me(other).expect(401);
    await me(token).expect(200);
    const ended = (await eventsOf(app, INSTANCE_PROJECT)).filter(
      ({ type, subject }) => type === 'session.others-ended' && subject.id === id,
    );
    expect(ended).toHaveLength(1);
    await app.as(token, 'delete', '/v1/auth/sessions').expect(204);
    const again = await eventsOf(app, INSTANCE_PROJECT);
    expect(again.filter(({ type }) => type === 'session.others-ended')).toEqual(ended);
  });
});
