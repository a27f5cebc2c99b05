import { createHmac, generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import request from 'supertest';
import { AccessTokens } from '../../src/access/sessions/access-tokens.js';
import { KEY_RING, type KeyRing } from '../../src/platform/crypto/index.js';
import { INSTANCE_PROJECT } from '../../src/platform/events/index.js';
import { Clock } from '../../src/platform/time/index.js';
import {
  adminCredentials,
  freshApplication,
  type FreshApplication,
} from '../support/fresh-application.js';
import { eventsOf, logIn, newPerson, somePassword } from '../support/people.js';

const dayMs = 24 * 60 * 60 * 1000;

describe('sessions', () => {
  let app: FreshApplication;
  beforeAll(async () => {
    app = await freshApplication();
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  afterAll(() => app.close());

  const me = (token: string) => app.as(token, 'get', '/v1/auth/me');
  const refresh = (refreshToken: string) =>
    request(app.http).post('/v1/auth/refresh').send({ refreshToken });
  const login = (username: string, password = somePassword) =>
    request(app.http).post('/v1/auth/login').send({ username, password });
  const after = (elapsedMs: number) => {
    const then = Date.now() + elapsedMs;
    jest.spyOn(app.application.nest.get(Clock), 'nowMs').mockReturnValue(then);
  };

  describe('login', () => {
    it('answers tokens, when they expire, and who signed in', async () => {
      const { id } = await newPerson(app, 'login-shape');
      const before = Date.now();

      const { body } = await login('login-shape').expect(200);

      expect(body).toEqual({
        accessToken: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
        accessTokenExpiresAt: expect.stringMatching(/Z$/),
        refreshToken: expect.stringMatching(/^[\w-]{43}$/),
        refreshTokenExpiresAt: expect.stringMatching(/Z$/),
        user: {
          id,
          username: 'login-shape',
          email: null,
          instanceAdmin: false,
          mustChangePassword: false,
        },
      });
      const minutes = (Date.parse(body.accessTokenExpiresAt) - before) / 60_000;
      expect(Math.round(minutes)).toBe(15);
      expect(Math.round((Date.parse(body.refreshTokenExpiresAt) - before) / dayMs)).toBe(7);
    });

    it('refuses a wrong password, an unknown and a deactivated user in the same words', async () => {
      const { id } = await newPerson(app, 'login-off');
      await app.asAdmin('delete', `/v1/users/${id}`).expect(204);

      const answers = [
        await login('admin', 'not the password').expect(401),
        await login('login-nobody').expect(401),
        await login('Not A Name').expect(401),
        await login('login-off').expect(401),
      ];

      const texts = answers.map(({ body }) => ({ code: body.code, detail: body.detail }));
      expect(new Set(texts.map((text) => JSON.stringify(text))).size).toBe(1);
      expect(texts[0]?.code).toBe('unauthenticated');
      expect(answers[0]?.headers['www-authenticate']).toBe('Bearer realm="promptd"');
    });

    it('writes a failure down with its reason, and no name that belongs to nobody', async () => {
      const { id } = await newPerson(app, 'login-audit');
      await login('login-audit', 'not the password').expect(401);
      await login('hunter2-typed-in-the-wrong-field').expect(401);

      const failures = (await eventsOf(app, INSTANCE_PROJECT)).filter(
        ({ type }) => type === 'login.failed',
      );

      expect(failures).toEqual(
        expect.arrayContaining([
          expect.objectContaining({
            subject: { type: 'user', id, name: 'login-audit' },
            data: { reason: 'wrong-password' },
          }),
          expect.objectContaining({
            subject: { type: 'user', id: 'unknown', name: 'unknown' },
            data: { reason: 'unknown-user' },
          }),
        ]),
      );
      expect(JSON.stringify(failures)).not.toContain('hunter2');
    });

    it.each([
      [{}, '/username'],
      [{ username: 'admin' }, '/password'],
      [{ username: 'admin', password: 7 }, '/password'],
      [{ username: 'admin', password: 'a'.repeat(1025) }, '/password'],
      [{ username: 'admin', password: 'x', remember: true }, '/remember'],
    ])('refuses the body %j', async (body, pointer) => {
      const answer = await request(app.http).post('/v1/auth/login').send(body).expect(400);

      expect(answer.body.code).toBe('validation-failed');
      const errors = answer.body.errors as { pointer: string }[];
      expect(errors.map((error) => error.pointer)).toContain(pointer);
    });
  });

  describe('an access token', () => {
    it('is refused in every forged, foreign and misused form', async () => {
      const { id, token } = await newPerson(app, 'forged');
      const { sid } = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString());
      const own = app.application.nest.get<KeyRing>(KEY_RING)['access-token'];
      const stranger = generateKeyPairSync('ed25519');
      const header = { alg: 'EdDSA', typ: 'at+jwt', kid: own.keyId };
      const jwt = (changes: object, claims: object = {}, key = own.privateKey) =>
        new SignJWT({ sid, ...claims })
          .setProtectedHeader({ ...header, ...changes })
          .setIssuer('promptd')
          .setAudience('promptd-api')
          .setSubject(id)
          .setJti('j')
          .setIssuedAt()
          .setExpirationTime('5m')
          .sign(key);
      const [, body, signature] = token.split('.') as [string, string, string];
      const head = (alg: string) =>
        Buffer.from(JSON.stringify({ ...header, alg })).toString('base64url');
      const pem = own.publicKey.export({ format: 'pem', type: 'spki' });
      const hmac = createHmac('sha256', pem)
        .update(`${head('HS256')}.${body}`)
        .digest('base64url');

      await me(await jwt({})).expect(200);
      const forged = [
        `${head('none')}.${body}.`,
        `${head('HS256')}.${body}.${hmac}`,
        `${head('EdDSA')}.${body}.${signature}A`,
        await jwt({}, {}, stranger.privateKey),
        await jwt({ typ: 'JWT' }),
        await jwt({ kid: 'another' }),
        await jwt({}, { sid: '00000000-0000-7000-8000-000000000000' }),
        'not-a-token',
      ];
      for (const one of forged) {
        const answer = await me(one).expect(401);
        expect(answer.body.code).toBe('unauthenticated');
      }
    });

    it('of one user is no use with the session of another', async () => {
      const [mallory, victim] = [await newPerson(app, 'mallory'), await newPerson(app, 'victim')];
      const { sid } = JSON.parse(Buffer.from(mallory.token.split('.')[1]!, 'base64url').toString());
      const tokens = app.application.nest.get(AccessTokens, { strict: false });

      const { token } = await tokens.issue({ userId: victim.id, sessionId: sid });

      await me(token).expect(401);
    });

    it('counts only in the Authorization header', async () => {
      const { token } = app.admin;

      await app.as(null, 'get', `/v1/auth/me?access_token=${token}`).expect(400);
      await app.as(null, 'get', '/v1/auth/me').set('Cookie', `token=${token}`).expect(401);
      await app.as(null, 'get', '/v1/auth/me').set('Authorization', `Basic ${token}`).expect(401);
    });

    it('expires after a quarter of an hour', async () => {
      const { token } = await newPerson(app, 'expiring');

      after(14 * 60_000);
      await me(token).expect(200);
      after(16 * 60_000);
      await me(token).expect(401);
    });

    it('of a deactivated user ends at once, and a demotion counts at once', async () => {
      const { id, token } = await newPerson(app, 'demoted', { instanceAdmin: true });
      await app.as(token, 'get', '/v1/users').expect(200);

      await app.asAdmin('patch', `/v1/users/${id}`).send({ instanceAdmin: false }).expect(200);
      const denied = await app.as(token, 'get', '/v1/users').expect(403);
      expect(denied.body.code).toBe('forbidden');

      await app.asAdmin('delete', `/v1/users/${id}`).expect(204);
      await me(token).expect(401);
    });
  });

  describe('a refresh', () => {
    it('answers a new pair and leaves the session as it is', async () => {
      const { token, refreshToken } = await newPerson(app, 'refreshing');

      const { body } = await refresh(refreshToken).expect(200);

      expect(body.user.username).toBe('refreshing');
      expect(body.refreshToken).not.toBe(refreshToken);
      await me(body.accessToken).expect(200);
      await me(token).expect(200);
      await refresh(body.refreshToken).expect(200);
    });

    it('with a used token ends the session of whoever holds the newer one, and says so', async () => {
      const { refreshToken } = await newPerson(app, 'robbed');
      const { body: newer } = await refresh(refreshToken).expect(200);

      const answer = await refresh(refreshToken).expect(401);

      expect(answer.body.code).toBe('unauthenticated');
      await refresh(newer.refreshToken).expect(401);
      await me(newer.accessToken).expect(401);
      const ends = (await eventsOf(app, INSTANCE_PROJECT)).filter(
        ({ type, subject }) => type === 'session.ended' && subject.name === 'robbed',
      );
      expect(ends.map(({ data }) => data)).toEqual([{ reason: 'refresh-token-reused' }]);
      const other = await logIn(app, 'robbed');
      await me(other.accessToken).expect(200);
    });

    it('made several times at once has exactly one winner, and the session ends', async () => {
      const { token, refreshToken } = await newPerson(app, 'racing');

      const answers = await Promise.all(Array.from({ length: 6 }, () => refresh(refreshToken)));

      const statuses = answers.map(({ status }) => status).sort();
      expect(statuses).toEqual([200, 401, 401, 401, 401, 401]);
      await me(token).expect(401);
    });

    it('is too late after seven idle days, and after thirty days whatever happened', async () => {
      const idle = await newPerson(app, 'idle');
      const busy = await newPerson(app, 'busy');

      after(7 * dayMs + 60_000);
      await refresh(idle.refreshToken).expect(401);
      jest.restoreAllMocks();

      let { refreshToken } = busy;
      for (const days of [6, 12, 18, 24]) {
        after(days * dayMs);
        refreshToken = (await refresh(refreshToken).expect(200)).body.refreshToken;
      }
      after(29 * dayMs);
      const { body: last } = await refresh(refreshToken).expect(200);
      const lifetimeMs = Date.parse(last.refreshTokenExpiresAt) - Date.now();
      expect(Math.round(lifetimeMs / dayMs)).toBe(30);
      after(30 * dayMs + 60_000);
      await refresh(last.refreshToken).expect(401);
      await me(last.accessToken).expect(401);
    });

    it.each(['', 'x', 'a'.repeat(43), 'ä'.repeat(43)])('is refused with %j', async (token) => {
      await refresh(token).expect(401);
    });

    it('never takes an access token or an API key', async () => {
      await refresh(app.admin.token.slice(0, 256)).expect(401);
      await refresh('pdk_0123456789ABCDEFGHIJKLMNOPQRSTUV1ggZdL').expect(401);
    });
  });

  it('end with the logout: the access token and the refresh token with them', async () => {
    const { token, refreshToken } = await newPerson(app, 'leaving');
    const other = await logIn(app, 'leaving');

    await app.as(token, 'post', '/v1/auth/logout').expect(204);

    await me(token).expect(401);
    await refresh(refreshToken).expect(401);
    await me(other.accessToken).expect(200);
  });

  describe('a new password', () => {
    const change = (token: string, currentPassword: string, newPassword: string) =>
      app.as(token, 'put', '/v1/auth/password').send({ currentPassword, newPassword });

    it('ends the other sessions and keeps this one', async () => {
      const { token, refreshToken } = await newPerson(app, 'changing');
      const other = await logIn(app, 'changing');

      await change(token, somePassword, 'another password').expect(204);

      await me(token).expect(200);
      await refresh(refreshToken).expect(200);
      await me(other.accessToken).expect(401);
      await refresh(other.refreshToken).expect(401);
      await login('changing', somePassword).expect(401);
      await login('changing', 'another password').expect(200);
    });

    const { password } = adminCredentials;
    it.each([
      ['a wrong current one', 'not the password', 'another password', '/currentPassword'],
      ['the same one', password, password, '/newPassword'],
      ['a short one', password, 'eleven char', '/newPassword'],
      ['an endless one', password, 'a'.repeat(1025), '/newPassword'],
    ])('is refused with %s', async (_, current, next, pointer) => {
      const { body } = await change(app.admin.token, current, next).expect(400);

      expect(body.code).toBe('validation-failed');
      expect(body.errors[0].pointer).toBe(pointer);
    });

    it('must be chosen before anything else where an admin made the first', async () => {
      const { token } = await newPerson(app, 'newcomer', {
        mustChangePassword: true,
        instanceAdmin: true,
      });

      const { body } = await me(token).expect(200);
      expect(body.mustChangePassword).toBe(true);
      for (const path of ['/v1/users', '/v1/projects', '/v1/roles', '/v1/projects/none']) {
        const denied = await app.as(token, 'get', path).expect(403);
        expect(denied.body.code).toBe('password-change-required');
      }
      await change(token, somePassword, 'my very own password').expect(204);
      await app.as(token, 'get', '/v1/users').expect(200);
    });
  });

  it('never show a password, a token or a hash in the log or in an event', async () => {
    const { token, refreshToken } = await newPerson(app, 'discreet');
    await login('discreet', 'a wrong secret word').expect(401);

    const written = [...app.log, JSON.stringify(await eventsOf(app, INSTANCE_PROJECT))].join('\n');

    for (const secret of [token, refreshToken, somePassword, 'a wrong secret word', '$argon2id']) {
      expect(written).not.toContain(secret);
    }
  });
});
