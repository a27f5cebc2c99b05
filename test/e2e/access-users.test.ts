import request from 'supertest';
import { FirstAdmin } from '../../src/access/index.js';
import { PasswordHasher } from '../../src/access/users/password-hasher.js';
import { systemContext } from '../../src/platform/authorization/index.js';
import { Database } from '../../src/platform/database/index.js';
import { INSTANCE_PROJECT } from '../../src/platform/events/index.js';
import { freshApplication, type FreshApplication } from '../support/fresh-application.js';
import { eventsOf, logIn, newPerson, somePassword } from '../support/people.js';

describe('users', () => {
  let app: FreshApplication;
  beforeAll(async () => {
    app = await freshApplication();
  });
  afterAll(() => app.close());

  const create = (body: object) => app.asAdmin('post', '/v1/users').send(body);
  const patch = (id: string, body: object) => app.asAdmin('patch', `/v1/users/${id}`).send(body);

  it('are created with a password that they have to change, and read back the same', async () => {
    const { body } = await create({
      username: 'ada',
      password: somePassword,
      email: 'ada@example.org',
    }).expect(201);

    expect(body).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      username: 'ada',
      email: 'ada@example.org',
      instanceAdmin: false,
      mustChangePassword: true,
      active: true,
      createdAt: expect.stringMatching(/Z$/),
      updatedAt: expect.stringMatching(/Z$/),
    });
    const read = await app.asAdmin('get', `/v1/users/${String(body.id)}`).expect(200);
    expect(read.body).toEqual(body);
  });

  it('have names that are taken once, however many ask for one at the same time', async () => {
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => create({ username: 'wanted', password: somePassword })),
    );

    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);
    expect(answers.find(({ status }) => status === 409)?.body.code).toBe('user-exists');
  });

  it.each([
    [{ username: 'Upper', password: somePassword }, '/username'],
    [{ username: 'a b', password: somePassword }, '/username'],
    [{ username: 'аda', password: somePassword }, '/username'],
    [{ username: 'a'.repeat(65), password: somePassword }, '/username'],
    [{ username: '0190a000-0000-7000-8000-000000000000', password: somePassword }, '/username'],
    [{ username: 'short', password: 'eleven char' }, '/password'],
    [{ username: 'mail', password: somePassword, email: 'nowhere' }, '/email'],
    [{ username: 'null', password: somePassword, instanceAdmin: null }, '/instanceAdmin'],
    [{ username: 'odd', password: somePassword, id: 'x' }, '/id'],
    [{ username: 'odd', password: somePassword, passwordHash: 'x' }, '/passwordHash'],
  ])('are refused as %j', async (body, pointer) => {
    const answer = await create(body).expect(400);

    expect(answer.body.code).toBe('validation-failed');
    expect(answer.body.errors[0].pointer).toBe(pointer);
  });

  it('are listed by name, page by page, from a prefix, and counted when asked', async () => {
    for (const name of ['list-c', 'list-a', 'list-b', 'lisu']) {
      await create({ username: name, password: somePassword }).expect(201);
    }
    const list = (query: string) => app.asAdmin('get', `/v1/users?prefix=list-${query}`);

    const { body: first } = await list('&limit=2&total=true').expect(200);
    const { body: second } = await list(`&limit=2&cursor=${String(first.nextCursor)}`).expect(200);

    const names = ({ items }: { items: { username: string }[] }) => items.map((u) => u.username);
    expect(names(first)).toEqual(['list-a', 'list-b']);
    expect(first.total).toBe(3);
    expect(names(second)).toEqual(['list-c']);
    expect(second.nextCursor).toBeNull();
    expect(second).not.toHaveProperty('total');
  });

  it('are listed with a cursor of this list only', async () => {
    const foreign = Buffer.from(JSON.stringify(['projects', 'a'])).toString('base64url');

    const { body } = await app.asAdmin('get', `/v1/users?cursor=${foreign}`).expect(400);

    expect(body.code).toBe('invalid-cursor');
    await app.asAdmin('get', '/v1/users?prefix=%00').expect(400);
    await app.asAdmin('get', '/v1/users?limit=0').expect(400);
  });

  it('are deactivated and not deleted, lose their sessions, and can come back', async () => {
    const { id, token, refreshToken } = await newPerson(app, 'returning');

    await app.asAdmin('delete', `/v1/users/${id}`).expect(204);

    await app.as(token, 'get', '/v1/auth/me').expect(401);
    const { body: gone } = await app.asAdmin('get', '/v1/users?active=false').expect(200);
    expect((gone.items as { id: string }[]).map((user) => user.id)).toContain(id);
    await app.asAdmin('delete', `/v1/users/${id}`).expect(204);

    const { body: back } = await patch(id, { active: true }).expect(200);
    expect(back.active).toBe(true);
    await app.as(token, 'get', '/v1/auth/me').expect(401);
    await request(app.http).post('/v1/auth/refresh').send({ refreshToken }).expect(401);
    await logIn(app, 'returning');
    const types = (await eventsOf(app, INSTANCE_PROJECT))
      .filter(({ subject }) => subject.id === id)
      .map(({ type }) => type);
    expect(types).toEqual(['user.created', 'user.deactivated', 'user.reactivated']);
  });

  it('get a new password from an admin, which ends their sessions and has to be changed', async () => {
    const { id, token } = await newPerson(app, 'forgetful');

    const { body } = await patch(id, { password: 'a word from the admin' }).expect(200);

    expect(body.mustChangePassword).toBe(true);
    await app.as(token, 'get', '/v1/auth/me').expect(401);
    const { accessToken } = await logIn(app, 'forgetful', 'a word from the admin');
    await app.as(accessToken, 'get', '/v1/projects').expect(403);
  });

  it('change field by field, each change with the digests before and after', async () => {
    const { id } = await newPerson(app, 'changing');

    await patch(id, { email: 'c@example.org' }).expect(200);
    await patch(id, { email: 'c@example.org' }).expect(200);
    const { body } = await patch(id, { email: null }).expect(200);

    expect(body.email).toBeNull();
    const [created, first, second, ...more] = (await eventsOf(app, INSTANCE_PROJECT)).filter(
      ({ subject }) => subject.id === id,
    );
    expect(more).toEqual([]);
    expect(created?.after).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(first).toMatchObject({ type: 'user.updated', before: created?.after });
    expect(second).toMatchObject({ type: 'user.updated', before: first?.after });
    expect(second?.after).toBe(created?.after);
    expect(second?.actor).toMatchObject({ kind: 'user', name: 'admin' });
  });

  it.each([[{ username: 'x' }], [{ id: 'x' }], [{ active: 'no' }], [{ instanceAdmin: null }]])(
    'do not change by %j',
    async (body) => {
      const { body: me } = await app.asAdmin('get', '/v1/auth/me').expect(200);
      const answer = await patch(String(me.id), body).expect(400);
      expect(answer.body.code).toBe('validation-failed');
    },
  );

  it.each(['0190a000-0000-7000-8000-000000000000', 'ada', '%00', 'x'.repeat(300)])(
    'are not found by %s',
    async (id) => {
      for (const method of ['get', 'patch', 'delete'] as const) {
        const pending = app.asAdmin(method, `/v1/users/${id}`);
        const { body } = await (method === 'patch' ? pending.send({}) : pending).expect(404);
        expect(body.code).toBe('not-found');
      }
    },
  );

  it('are nobody’s business but an instance admin’s, and a denial is written down', async () => {
    const { id, token } = await newPerson(app, 'curious');

    for (const [method, path] of [
      ['get', '/v1/users'],
      ['post', '/v1/users'],
      ['get', `/v1/users/${id}`],
      ['patch', `/v1/users/${id}`],
      ['delete', `/v1/users/${id}`],
    ] as const) {
      const body = method === 'post' ? { username: 'new', password: somePassword } : {};
      const pending = app.as(token, method, path);
      const answer = await (method === 'get' ? pending : pending.send(body)).expect(403);
      expect(answer.body.code).toBe('forbidden');
      const anonymous = await app.as(null, method, path).expect(401);
      expect(anonymous.body.code).toBe('unauthenticated');
    }
    const denials = (await eventsOf(app, INSTANCE_PROJECT)).filter(
      ({ type, actor }) => type === 'access.denied' && actor.id === id,
    );
    expect(denials).toHaveLength(5);
    expect(denials[0]?.data).toEqual({ permission: 'user:manage', principal: 'user' });
  });
});

describe('roles', () => {
  let app: FreshApplication;
  beforeAll(async () => {
    app = await freshApplication();
  });
  afterAll(() => app.close());

  it('are described to every user, with what each and what the verbs of keys allow', async () => {
    const { token } = await newPerson(app, 'reader');

    const { body } = await app.as(token, 'get', '/v1/roles').expect(200);

    const roles = body.items as { name: string; scope: string }[];
    expect(roles.map(({ name, scope }) => `${scope} ${name}`)).toEqual([
      ...['instance user', 'project viewer', 'project developer', 'project admin'],
      'instance admin',
    ]);
    expect(body.items[1].permissions).toContain('prompt:read');
    expect(body.verbs[0]).toEqual({ name: 'read', permissions: ['prompt:read', 'plugin:use'] });
    expect(body.permissions).toHaveLength(body.items[4].permissions.length);
    await app.as(null, 'get', '/v1/roles').expect(401);
  });
});

describe('the last instance admin', () => {
  let app: FreshApplication;
  beforeEach(async () => {
    app = await freshApplication();
  });
  afterEach(() => app.close());

  it('can be neither demoted nor deactivated', async () => {
    const { body: me } = await app.asAdmin('get', '/v1/auth/me').expect(200);
    const path = `/v1/users/${String(me.id)}`;

    const answers = [
      await app.asAdmin('patch', path).send({ instanceAdmin: false }).expect(409),
      await app.asAdmin('patch', path).send({ active: false }).expect(409),
      await app.asAdmin('delete', path).expect(409),
    ];

    expect(answers.map(({ body }) => body.code)).toEqual(Array(3).fill('last-admin'));
    const next = await newPerson(app, 'next', { instanceAdmin: true });
    await app.as(next.token, 'delete', path).expect(204);
  });

  it('is left over when all admins demote each other at once', async () => {
    const { body: me } = await app.asAdmin('get', '/v1/auth/me').expect(200);
    const admins = [{ id: String(me.id), token: app.admin.token }];
    for (const name of ['one', 'two', 'three']) {
      admins.push(await newPerson(app, name, { instanceAdmin: true }));
    }

    const answers = await Promise.all(
      admins.map(({ token }, index) => {
        const { id } = admins[(index + 1) % admins.length]!;
        return app.as(token, 'patch', `/v1/users/${id}`).send({ instanceAdmin: false });
      }),
    );

    // Each of them was an admin when it began, unless it came after its own demotion.
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => ![200, 403, 409].includes(status))).toEqual([]);
    const left = await app.application.nest
      .get(Database)
      .manager(systemContext('test'))
      .query('SELECT username FROM users WHERE instance_admin AND deactivated_at IS NULL');
    expect(left).toHaveLength(4 - statuses.filter((status) => status === 200).length);
    expect(left).not.toHaveLength(0);
  });
});

describe('the first instance admin', () => {
  let app: FreshApplication;
  beforeEach(async () => {
    app = await freshApplication();
    const { writer } = app.application.nest.get(Database);
    for (const table of ['refresh_tokens', 'sessions', 'users']) {
      await writer.query(`DELETE FROM ${table}`);
    }
  });
  afterEach(() => app.close());

  const ensure = (username: string, password?: string) =>
    app.application.nest.get(FirstAdmin).ensure(systemContext('start'), { username, password });

  it('is created once by several starts at the same time', async () => {
    const created = await Promise.all(Array.from({ length: 4 }, () => ensure('root')));

    const [winner, ...more] = created.filter((admin) => admin !== undefined);
    expect(more).toEqual([]);
    expect(winner?.generatedPassword).toMatch(/^[0-9A-Za-z]{22}$/);
    const { accessToken } = await logIn(app, 'root', winner?.generatedPassword);
    const { body } = await app.as(accessToken, 'get', '/v1/auth/me').expect(200);
    expect(body).toMatchObject({ instanceAdmin: true, mustChangePassword: true });
    await expect(ensure('root')).resolves.toBeUndefined();
  });

  it('has the password of the settings, which was never shown and may stay', async () => {
    await expect(ensure('root', somePassword)).resolves.toEqual({
      username: 'root',
      generatedPassword: undefined,
    });

    const { accessToken } = await logIn(app, 'root');
    await app.as(accessToken, 'get', '/v1/users').expect(200);
  });

  it.each([
    ['Root', somePassword],
    ['root', 'short'],
  ])('is not created as %s with the password %s', async (username, password) => {
    await expect(ensure(username, password)).rejects.toMatchObject({ code: 'validation-failed' });
  });

  it('is hashed anew at the login when the parameters became stronger', async () => {
    await ensure('root', somePassword);
    const { writer } = app.application.nest.get(Database);
    const weak =
      '$argon2id$v=19$m=1024,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$' +
      'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
    const hasher = app.application.nest.get(PasswordHasher, { strict: false });
    expect(hasher.isOutdated(weak)).toBe(true);
    jest.spyOn(hasher, 'isOutdated').mockReturnValueOnce(true);
    const hashOf = async () =>
      String((await writer.query('SELECT password_hash FROM users'))[0].password_hash);
    const before = await hashOf();

    await logIn(app, 'root');

    expect(await hashOf()).not.toBe(before);
    await logIn(app, 'root');
  });
});
