import request from 'supertest';
import { INSTANCE_PROJECT } from '../../src/platform/events/index.js';
import { problem } from '../support/expect-problem.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { type IdentityProvider, startIdentityProvider } from '../support/identity-provider.js';
import { OidcClient } from '../support/oidc-client.js';
import { eventsOf, logIn, newPerson, newProject, somePassword } from '../support/people.js';
import { uniqueName } from '../support/prompt-workspace.js';

const webCallback = 'https://prompts.example.org/callback';

let provider: IdentityProvider;
let app: FreshApplication;
let client: OidcClient;
let acme: string;

beforeAll(async () => {
  provider = await startIdentityProvider({ redirectUris: [webCallback] });
  app = await freshApplication({
    ...provider.environment,
    PROMPTD_OIDC_REDIRECT_URIS: webCallback,
    PROMPTD_OIDC_ROLES: JSON.stringify({
      ops: ['instance-admin'],
      'acme-authors': ['acme:developer', 'nowhere:admin'],
      'acme-owners': ['acme:admin'],
    }),
  });
  client = new OidcClient(app);
  acme = await newProject(app, 'acme');
});
afterAll(async () => {
  await app.close();
  await provider.close();
});

const refused = problem(401, 'unauthenticated', {
  detail: 'The sign-in does not hold: start again.',
});

const rolesOf = async (userId: string) => {
  const { body } = await app.asAdmin('get', '/v1/projects/acme/members').expect(200);
  const members = body.items as { userId: string; role: string }[];
  return members.filter((member) => member.userId === userId).map(({ role }) => role);
};

const lastEvents = async (projectId: string, subjectName: string) =>
  (await eventsOf(app, projectId)).filter(({ subject }) => subject.name === subjectName);

describe('the ways to sign in', () => {
  it('are told to anybody', async () => {
    const { body } = await request(app.http).get('/v1/auth/methods').expect(200);

    expect(body).toEqual({ password: true, oidc: { issuer: provider.issuer } });
  });
});

describe('a first sign-in', () => {
  it('makes a user of the same name and starts a session like a login', async () => {
    provider.people.set('sub-1', { preferred_username: 'Zoë', email: 'zoe@example.org' });

    const session = await client.signIn('sub-1');

    expect(Object.keys(session).sort()).toEqual(
      Object.keys(await logIn(app, app.admin.username, app.admin.password)).sort(),
    );
    expect(session.user).toMatchObject({
      username: 'zoe',
      email: 'zoe@example.org',
      instanceAdmin: false,
      mustChangePassword: false,
    });
    const me = await app.as(session.accessToken, 'get', '/v1/auth/me').expect(200);
    expect(me.body).toEqual(session.user);
  });

  it('tells the audit trail of the user, the identity and the session', async () => {
    provider.people.set('sub-2', { preferred_username: 'yuki' });

    const { user } = await client.signIn('sub-2');

    const events = await lastEvents(INSTANCE_PROJECT, 'yuki');
    expect(events).toMatchObject([
      { type: 'user.created', subject: { id: user.id }, data: { method: 'oidc' } },
      { type: 'identity.linked', data: { issuer: provider.issuer } },
      { type: 'session.started', data: { method: 'oidc' } },
    ]);
    for (const { actor } of events) {
      expect(actor).toEqual({ kind: 'user', id: user.id, name: 'yuki' });
    }
  });

  it('never takes over a local account of the same name or address', async () => {
    const email = 'owner@example.org';
    await app
      .asAdmin('post', '/v1/users')
      .send({ username: 'owner', password: somePassword, email, instanceAdmin: true })
      .expect(201);
    provider.people.set('sub-3', { preferred_username: 'owner', email, email_verified: true });
    provider.people.set('sub-4', { preferred_username: 'admin' });

    const [owner, admin] = [await client.signIn('sub-3'), await client.signIn('sub-4')];

    expect(owner.user).toMatchObject({
      username: expect.stringMatching(/^owner-[0-9a-f]{8}$/),
      instanceAdmin: false,
    });
    expect(admin.user).toMatchObject({
      username: expect.stringMatching(/^admin-[0-9a-f]{8}$/),
      instanceAdmin: false,
    });
    await logIn(app, app.admin.username, app.admin.password);
  });

  it('finds a name for somebody who brings none', async () => {
    provider.people.set('sub-5', {});

    const { user } = await client.signIn('sub-5');

    expect(user.username).toMatch(/^oidc-[0-9a-f]{8}$/);
  });

  it('makes one user of many sign-ins at once, and many of as many of one name', async () => {
    const crowd = ['sub-6', 'sub-6', 'sub-6', 'sub-7', 'sub-8'];
    for (const subject of crowd) provider.people.set(subject, { preferred_username: 'crowd' });
    const begun = await Promise.all(crowd.map((subject) => client.begin(subject)));

    const answers = await Promise.all(
      begun.map(({ flow, callbackUrl }) => client.redeem(flow, callbackUrl).expect(200)),
    );

    const users = answers.map(({ body }) => String(body.user.id));
    expect(new Set(users.slice(0, 3)).size).toBe(1);
    expect(new Set(users).size).toBe(3);
  });

  it('gives the user no password: none works, and none can be changed', async () => {
    provider.people.set('sub-9', { preferred_username: 'nopass' });
    const { accessToken } = await client.signIn('sub-9');

    for (const password of ['!', somePassword]) {
      const login = request(app.http).post('/v1/auth/login');
      await login.send({ username: 'nopass', password }).expect(problem(401, 'unauthenticated'));
      await app
        .as(accessToken, 'put', '/v1/auth/password')
        .send({ currentPassword: password, newPassword: 'correct horse battery staple' })
        .expect(
          problem(400, 'validation-failed', {
            errors: [expect.objectContaining({ pointer: '/currentPassword', code: 'no-password' })],
          }),
        );
    }
  });
});

describe('a later sign-in', () => {
  it('finds the same user by the subject, whatever else changed', async () => {
    provider.people.set('sub-10', { preferred_username: 'before', email: 'before@example.org' });
    const first = await client.signIn('sub-10');
    provider.people.set('sub-10', { preferred_username: 'after', email: 'after@example.org' });

    const second = await client.signIn('sub-10', webCallback);

    expect(second.user).toEqual({ ...first.user, email: 'after@example.org' });
    provider.people.set('sub-10', { email: 'unproven@example.org', email_verified: false });
    expect((await client.signIn('sub-10')).user).toEqual(second.user);
  });

  it('is refused to a deactivated user, and changes nothing', async () => {
    provider.people.set('sub-11', { preferred_username: 'former' });
    const { user } = await client.signIn('sub-11');
    await app.asAdmin('delete', `/v1/users/${user.id}`).expect(204);
    provider.people.set('sub-11', { email: 'new@example.org', groups: ['ops', 'acme-owners'] });

    const { flow, callbackUrl } = await client.begin('sub-11');
    await client.redeem(flow, callbackUrl).expect(refused);

    const { body } = await app.asAdmin('get', `/v1/users/${user.id}`).expect(200);
    expect(body).toMatchObject({ active: false, email: null, instanceAdmin: false });
    expect(await rolesOf(user.id)).toEqual([]);
    expect(await lastEvents(INSTANCE_PROJECT, 'unknown')).toContainEqual(
      expect.objectContaining({
        type: 'login.failed',
        data: { method: 'oidc', reason: 'deactivated' },
      }),
    );
  });
});

describe('the groups of the provider', () => {
  it('give the highest role, change it and take it away, with an event each time', async () => {
    const groups = (...names: string[]) =>
      provider.people.set('sub-20', { preferred_username: 'author', groups: names });
    groups('acme-authors', 'others');
    const { user } = await client.signIn('sub-20');
    expect(await rolesOf(user.id)).toEqual(['developer']);

    groups('acme-authors', 'acme-owners');
    await client.signIn('sub-20');
    expect(await rolesOf(user.id)).toEqual(['admin']);
    await client.signIn('sub-20');

    groups();
    await client.signIn('sub-20');
    expect(await rolesOf(user.id)).toEqual([]);

    const data = (role: string) => ({ role, method: 'oidc' });
    expect(await lastEvents(acme, 'author')).toMatchObject([
      { type: 'member.added', data: data('developer') },
      { type: 'member.role-changed', data: data('admin') },
      { type: 'member.removed', data: data('admin') },
    ]);
  });

  it('take effect on the sessions that are there already', async () => {
    provider.people.set('sub-21', { preferred_username: 'reader', groups: ['acme-authors'] });
    const { accessToken } = await client.signIn('sub-21');
    await app.as(accessToken, 'get', '/v1/projects/acme').expect(200);

    provider.people.set('sub-21', { preferred_username: 'reader', groups: [] });
    await client.signIn('sub-21');

    await app.as(accessToken, 'get', '/v1/projects/acme').expect(problem(404, 'not-found'));
  });

  it('undo what was given by hand in a project they decide about, and in no other', async () => {
    const other = uniqueName('by-hand');
    await newProject(app, other);
    provider.people.set('sub-22', { preferred_username: 'guest', groups: [] });
    const { user, accessToken } = await client.signIn('sub-22');
    for (const project of ['acme', other]) {
      const member = `/v1/projects/${project}/members/${user.id}`;
      await app.asAdmin('put', member).send({ role: 'viewer' }).expect(200);
    }

    await client.signIn('sub-22');

    await app.as(accessToken, 'get', '/v1/projects/acme').expect(404);
    await app.as(accessToken, 'get', `/v1/projects/${other}`).expect(200);
  });

  it('make instance admins and demote them', async () => {
    provider.people.set('sub-23', { preferred_username: 'operator', groups: ['ops'] });
    const { user, accessToken } = await client.signIn('sub-23');
    expect(user).toMatchObject({ instanceAdmin: true });
    await app.as(accessToken, 'get', '/v1/users').expect(200);

    provider.people.set('sub-23', { preferred_username: 'operator', groups: [] });
    expect((await client.signIn('sub-23')).user).toMatchObject({ instanceAdmin: false });

    await app.as(accessToken, 'get', '/v1/users').expect(problem(403, 'forbidden'));
  });

  it('never demote the last instance admin', async () => {
    provider.people.set('sub-24', { preferred_username: 'last', groups: ['ops'] });
    const { user, accessToken } = await client.signIn('sub-24');
    const { body } = await app.asAdmin('get', '/v1/users?limit=200').expect(200);
    const others = (body.items as { id: string; instanceAdmin: boolean; active: boolean }[]).filter(
      ({ id, instanceAdmin, active }) => instanceAdmin && active && id !== user.id,
    );
    const setAdmin = (id: string, instanceAdmin: boolean) =>
      app.as(accessToken, 'patch', `/v1/users/${id}`).send({ instanceAdmin }).expect(200);
    for (const { id } of others) await setAdmin(id, false);

    provider.people.set('sub-24', { preferred_username: 'last', groups: [] });
    const kept = await client.signIn('sub-24');

    expect(kept.user).toMatchObject({ instanceAdmin: true });
    expect(await lastEvents(INSTANCE_PROJECT, 'last')).toContainEqual(
      expect.objectContaining({ type: 'user.last-admin-kept', data: { method: 'oidc' } }),
    );
    for (const { id } of others) await setAdmin(id, true);
  });
});

it('lets a person who has a password keep both ways apart', async () => {
  const local = await newPerson(app, uniqueName('local'));
  provider.people.set('sub-30', { preferred_username: local.username });

  const { user } = await client.signIn('sub-30');

  expect(user.id).not.toBe(local.id);
});
