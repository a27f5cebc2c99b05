import request, { type Response } from 'supertest';
import { BackgroundWrites } from '../../src/access/background-writes.js';
import { KnownNetworksRepository } from '../../src/access/throttling/known-networks.repository.js';
import { LoginCounters } from '../../src/access/throttling/login-counters.js';
import { LoginThrottle } from '../../src/access/throttling/login-throttle.js';
import { RateLimitsRepository } from '../../src/access/throttling/rate-limits.repository.js';
import { rateLimitRows } from '../../src/access/throttling/rate-limits.rows.js';
import { RefusalTrail } from '../../src/access/throttling/refusal-trail.js';
import { PasswordHasher } from '../../src/access/users/password-hasher.js';
import { systemContext } from '../../src/platform/authorization/index.js';
import { Database, UnitOfWork } from '../../src/platform/database/index.js';
import { INSTANCE_PROJECT, Outbox } from '../../src/platform/events/index.js';
import { Clock } from '../../src/platform/time/index.js';
import { problem } from '../support/expect-problem.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { together } from '../support/http-client.js';
import { eventsOf, newMember, newPerson, newProject, somePassword } from '../support/people.js';

const windowMs = 15 * 60_000;
const ctx = systemContext('test');

let app: FreshApplication;
/** Behind a proxy that is believed: a test says where its requests come from. */
beforeAll(async () => {
  app = await freshApplication({
    PROMPTD_TRUST_PROXY: '127.0.0.1,::1',
    PROMPTD_RATE_LIMIT_WRITES: '40',
    PROMPTD_RATE_LIMIT_READS: '100',
    PROMPTD_RATE_LIMIT_REFUSED: '100',
  });
});
afterEach(async () => {
  jest.restoreAllMocks();
  await app.as(null, 'get', '/health').expect(200);
});
afterAll(() => app.close());

const provided = <T>(type: abstract new (...args: never[]) => T): T =>
  app.application.nest.get<T>(type, { strict: false });
const from = (ip: string, username: string, password: string) =>
  request(app.http).post('/v1/auth/login').set('X-Forwarded-For', ip).send({ username, password });
const later = (elapsedMs: number) => {
  const then = Date.now() + elapsedMs;
  jest.spyOn(provided(Clock), 'nowMs').mockReturnValue(then);
};
const eventsNamed = async (type: string) =>
  (await eventsOf(app, INSTANCE_PROJECT)).filter((event) => event.type === type);
const statuses = (answers: readonly Response[]) =>
  Object.fromEntries(
    [...Map.groupBy(answers, ({ status }) => status)].map(([status, all]) => [status, all.length]),
  );
/** An address that no other test uses. */
let networks = 0;
const somewhere = () => `203.0.113.${(networks += 1)}`;

describe('logins that fail', () => {
  it('lock an account at one network after ten, for a quarter of an hour, and say so once', async () => {
    const { id } = await newPerson(app, 'guessed');
    const attacker = somewhere();

    const answers = await together(40, () => from(attacker, 'guessed', 'a wrong password'));

    expect(statuses(answers)).toEqual({ 401: 10, 429: 30 });
    const refused = await from(attacker, 'guessed', somePassword);
    problem(429, 'rate-limited')(refused);
    const retryAfter = Number(refused.headers['retry-after']);
    expect(retryAfter).toBeGreaterThan(800);
    expect(retryAfter).toBeLessThanOrEqual(900);
    expect(refused.headers['ratelimit-policy']).toBe('"login-account";q=10;w=900');
    expect(refused.headers.ratelimit).toBe(`"login-account";r=0;t=${retryAfter}`);
    expect(refused.body.detail).toContain(`${retryAfter} seconds`);
    const locks = (await eventsNamed('login.locked')).filter(({ subject }) => subject.id === id);
    expect(locks).toEqual([
      expect.objectContaining({
        data: { limit: 'account', seconds: 900 },
        origin: expect.objectContaining({ ip: attacker }),
      }),
    ]);

    await from(somewhere(), 'guessed', somePassword).expect(200);
    later(windowMs - 10_000);
    await from(attacker, 'guessed', somePassword).expect(429);
    later(windowMs + 10_000);
    await from(attacker, 'guessed', somePassword).expect(200);
  });

  it('are checked no more once they are too many', async () => {
    const attacker = somewhere();
    const verify = jest.spyOn(provided(PasswordHasher), 'verify');
    await together(40, () => from(attacker, 'no-such-user', 'a wrong password'));
    expect(verify).toHaveBeenCalledTimes(10);
  });

  it('lock a name that nobody has just the same, and tell nothing by it', async () => {
    await newPerson(app, 'somebody');
    const shape = async (username: string) => {
      const network = somewhere();
      const answers: Response[] = [];
      for (let count = 0; count < 11; count += 1) {
        answers.push(await from(network, username, 'a wrong password'));
      }
      return answers.map(({ status, headers, body }) => ({
        status,
        detail: String(body.detail).replace(/\d+/, 'some'),
        headers: Object.keys(headers).sort(),
        limit: String(headers.ratelimit).replace(/t=\d+/g, 't=some'),
      }));
    };
    const known = await shape('somebody');
    expect(await shape('nobody-at-all')).toEqual(known);
    expect(await shape('No Name At All \u{1F600}')).toEqual(known);
    expect(known[0]?.limit).toBe('"login-account";r=9;t=some, "login-network";r=99;t=some');
    const locks = await eventsNamed('login.locked');
    expect(JSON.stringify(locks)).not.toMatch(/nobody-at-all|No Name/);
  });

  it('count only until the password is right, and right ones are never too many', async () => {
    await newPerson(app, 'forgetful');
    const home = somewhere();
    for (let round = 0; round < 2; round += 1) {
      await together(6, () => from(home, 'forgetful', 'a wrong password'));
      await from(home, 'forgetful', somePassword).expect(200);
    }
    const answers = await together(12, () => from(home, 'forgetful', somePassword));
    expect(statuses(answers)).toEqual({ 200: 12 });
  });

  it('are counted by all instances together, and outlive them', async () => {
    const attacker = somewhere();
    const origin = { ip: attacker, userAgent: null };
    const instance = () =>
      new LoginThrottle(
        provided(UnitOfWork),
        provided(Outbox),
        new LoginCounters(
          provided(RateLimitsRepository),
          provided(Clock),
          provided(BackgroundWrites),
        ),
        provided(KnownNetworksRepository),
      );
    const instances = [instance(), instance(), instance()];
    let checked = 0;
    const wrong = () => {
      checked += 1;
      return Promise.resolve('wrong');
    };
    const attempt = { account: 'shared', user: undefined };
    const results = await Promise.allSettled(
      Array.from({ length: 60 }, (_, index) =>
        instances[index % 3]!.attempt({ ...ctx, origin }, attempt, wrong),
      ),
    );
    // One of each other instance may be under way when the last failure is counted.
    expect(checked).toBeGreaterThanOrEqual(10);
    expect(checked).toBeLessThanOrEqual(12);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(checked);
    await from(attacker, 'shared', 'a wrong password').expect(429);
  });

  it('from many networks lock the account where it is not known, and never its owner out', async () => {
    await newPerson(app, 'target');
    const home = '2001:db8:aaaa:1::7';
    await from(home, 'target', somePassword).expect(200);
    const throttle = provided(LoginThrottle);
    const attempt = { account: 'target', user: undefined };
    const wrong = () => Promise.resolve('wrong');
    await together(100, (index) =>
      throttle.attempt(
        { ...ctx, origin: { ip: `198.51.100.${index}`, userAgent: null } },
        attempt,
        wrong,
      ),
    );

    const stranger = await from(somewhere(), 'target', somePassword).expect(429);
    expect(stranger.headers.ratelimit).toMatch(/^"login-account-anywhere";r=0;t=\d+$/);
    // The next address of the same house.
    await from('2001:db8:aaaa:1:ffff::8', 'target', somePassword).expect(200);
    await from('2001:db8:aaaa:2::7', 'target', somePassword).expect(429);
  });

  it('of whatever accounts lock their network after a hundred, but not the sessions there', async () => {
    const { token, refreshToken } = await newPerson(app, 'neighbour');
    const network = somewhere();
    const at = (path: string, body: object) =>
      request(app.http).post(path).set('X-Forwarded-For', network).send(body);
    const throttle = provided(LoginThrottle);
    const origin = { ip: network, userAgent: null };
    await together(99, () => throttle.countUnknown({ ...ctx, origin }));
    const last = await at('/v1/auth/refresh', { refreshToken: 'x'.repeat(43) }).expect(401);
    expect(last.headers.ratelimit).toMatch(/^"login-network";r=0;t=900$/);

    problem(429, 'rate-limited')(await at('/v1/auth/refresh', { refreshToken: 'unknown' }));
    await at('/v1/auth/login', { username: 'neighbour', password: somePassword }).expect(429);
    await at('/v1/auth/refresh', { refreshToken }).expect(200);
    // Who has signed in there before is not locked out by those who share the network.
    await newPerson(app, 'at-home');
    const known = somewhere();
    await from(known, 'at-home', somePassword).expect(200);
    const there = { ...ctx, origin: { ip: known, userAgent: null } };
    await together(100, () => throttle.countUnknown(there));
    await from(known, 'neighbour', somePassword).expect(429);
    await from(known, 'at-home', somePassword).expect(200);
    await app.as(token, 'get', '/v1/auth/me').set('X-Forwarded-For', network).expect(200);
  });

  it('include the wrong current password of a change', async () => {
    const { token } = await newPerson(app, 'changer');
    const network = somewhere();
    const change = (currentPassword: string) =>
      app
        .as(token, 'put', '/v1/auth/password')
        .set('X-Forwarded-For', network)
        .send({ currentPassword, newPassword: 'another fine password' });
    for (let count = 0; count < 10; count += 1) {
      const answer = await change('a wrong password').expect(400);
      expect(answer.headers.ratelimit).toContain(`"login-account";r=${9 - count};`);
    }
    problem(429, 'rate-limited')(await change(somePassword));
    await from(network, 'changer', somePassword).expect(429);
  });

  it('leave nothing readable behind, and nothing at all when they are long over', async () => {
    const network = somewhere();
    await from(network, 'readable-name', 'a wrong password').expect(401);
    const rows = () => app.application.nest.get(Database).rows(ctx, rateLimitRows).find();
    const before = await rows();
    expect(before.length).toBeGreaterThan(0);
    expect(JSON.stringify(before)).not.toMatch(/readable|203\.0|login/);
    expect(before.every(({ keyHash }) => /^[0-9a-f]{64}$/.test(keyHash))).toBe(true);

    later(2 * windowMs);
    await from(network, 'readable-name', 'a wrong password').expect(401);
    await provided(BackgroundWrites).drained();
    expect(await rows()).toHaveLength(3);
  });
});

describe('where a request comes from', () => {
  const lockAt = async (headers: Record<string, string>, at = app) => {
    const username = `traced-${(networks += 1)}`;
    const answers: Response[] = [];
    for (let count = 0; count < 11; count += 1) {
      const forwarded = headers['X-Forwarded-For']?.replaceAll('#', String(count));
      const pending = request(at.http).post('/v1/auth/login').set(headers);
      if (forwarded !== undefined) pending.set('X-Forwarded-For', forwarded);
      answers.push(await pending.send({ username, password: 'a wrong password' }));
    }
    return answers.at(-1)?.status;
  };

  it('is the last address that a trusted proxy saw, whatever a caller claims before it', async () => {
    expect(await lockAt({ 'X-Forwarded-For': `1.2.3.#, ${somewhere()}` })).toBe(429);
    expect(await lockAt({ 'X-Forwarded-For': '192.0.2.#' })).toBe(401);
  });

  it('is one /64 for all the addresses of an IPv6 client', async () => {
    expect(await lockAt({ 'X-Forwarded-For': '2001:db8:7:7::#' })).toBe(429);
    expect(await lockAt({ 'X-Forwarded-For': '2001:db8:7:#::1' })).toBe(401);
    expect(await lockAt({ 'X-Forwarded-For': '::ffff:203.0.113.250' })).toBe(429);
  });

  it('is the connection where no proxy is trusted', async () => {
    const plain = await freshApplication();
    try {
      expect(await lockAt({ 'X-Forwarded-For': '192.0.2.#' }, plain)).toBe(429);
      const claims = { Forwarded: 'for=192.0.2.1', 'X-Real-IP': '192.0.2.1' };
      expect(await lockAt(claims, plain)).toBe(429);
    } finally {
      await plain.close();
    }
  });
});

describe('requests without a valid credential', () => {
  const guess = (network: string, token = 'guessed') =>
    app.as(token, 'get', '/v1/projects').set('X-Forwarded-For', network);

  it('are told to slow down after so many, and valid ones beside them are not', async () => {
    const network = somewhere();
    const answers = await together(105, () => guess(network));

    expect(statuses(answers)).toEqual({ 401: 100, 429: 5 });
    const refused = await guess(network);
    problem(429, 'rate-limited')(refused);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(60);
    expect(refused.headers['ratelimit-policy']).toBe('"refused";q=100;w=60');
    expect(refused.headers.ratelimit).toMatch(/^"refused";r=0;t=\d+$/);
    expect(refused.headers).not.toHaveProperty('www-authenticate');
    await guess(network, app.admin.token).expect(200);
    await guess(somewhere()).expect(401);
  });
});

describe('what one principal does', () => {
  it('is limited in writes, apart from every other principal and from rendering', async () => {
    await newProject(app, 'written');
    const developer = await newMember(app, 'written', 'developer');
    const other = await newMember(app, 'written', 'developer', 'other-developer');
    const path = '/v1/projects/written/prompts/p/versions';
    const content = { kind: 'text', text: 'Hello' };
    const publish = (token: string) =>
      app.as(token, 'post', path).send({ version: '1.0.0', content });

    const first = await publish(developer.token).expect(201);
    expect(first.headers['ratelimit-policy']).toBe('"writes";q=40;w=60');
    expect(first.headers.ratelimit).toMatch(/^"writes";r=39;t=\d+$/);
    const answers = await together(45, () => publish(developer.token));
    expect(statuses(answers)).toEqual({ 200: 39, 429: 6 });
    const refused = await publish(developer.token);
    problem(429, 'rate-limited')(refused);
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(60);

    await publish(other.token).expect(200);
    await app
      .as(developer.token, 'post', `${path}/1.0.0/render`)
      .send({ variables: {} })
      .expect(200);
    await app.as(developer.token, 'post', '/v1/auth/logout').expect(204);
  });

  it('is limited in reads where an operator says so', async () => {
    const { token } = await newPerson(app, 'reader');
    const answers = await together(110, () => app.as(token, 'get', '/v1/projects'));
    expect(statuses(answers)).toEqual({ 200: 100, 429: 10 });
    expect(answers[0]?.headers['ratelimit-policy']).toBe('"reads";q=100;w=60');
    await app.as(token, 'get', '/v1/auth/me').expect(200);
  });

  it('has no limit that is switched off', async () => {
    const free = await freshApplication({
      PROMPTD_RATE_LIMIT_WRITES: '0',
      PROMPTD_RATE_LIMIT_REFUSED: '0',
    });
    try {
      const written = await free.asAdmin('post', '/v1/projects').send({ name: 'free' }).expect(201);
      const read = await free.asAdmin('get', '/v1/projects').expect(200);
      const refused = await together(30, () => free.as('guessed', 'get', '/v1/projects'));
      expect(statuses(refused)).toEqual({ 401: 30 });
      for (const { headers } of [written, read, ...refused]) {
        expect(headers).not.toHaveProperty('ratelimit');
      }
    } finally {
      await free.close();
    }
  });
});

describe('the trail', () => {
  it('cannot be filled with refusals, and still says how many there were', async () => {
    const { token, id } = await newPerson(app, 'curious');
    // A new minute for everybody.
    provided(RefusalTrail).summarize();
    const mine = async (type: string) =>
      (await eventsNamed(type)).filter(({ actor }) => actor.id === id);
    await together(80, () => app.as(token, 'get', '/v1/users').expect(403));
    expect(await mine('access.denied')).toHaveLength(60);

    later(61_000);
    await app.as(token, 'get', '/v1/users').expect(403);

    expect(await mine('access.denied')).toHaveLength(61);
    expect(await mine('refusals.counted')).toMatchObject([
      { data: { refusal: 'access.denied', count: 20, seconds: 60 } },
    ]);
  });
});
