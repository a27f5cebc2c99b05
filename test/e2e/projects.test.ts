import { freshApplication, type FreshApplication } from '../support/fresh-application.js';
import { eventsOf, newMember, newPerson, newProject } from '../support/people.js';

describe('projects', () => {
  let app: FreshApplication;
  beforeAll(async () => {
    app = await freshApplication();
  });
  afterAll(() => app.close());

  const names = ({ items }: { items: { name: string }[] }) => items.map(({ name }) => name);

  it('are created by an instance admin and read back the same', async () => {
    const { body } = await app
      .asAdmin('post', '/v1/projects')
      .send({ name: 'acme', description: 'Our prompts' })
      .expect(201);

    expect(body).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      name: 'acme',
      description: 'Our prompts',
      createdAt: expect.stringMatching(/Z$/),
      createdBy: { kind: 'user', id: expect.any(String), name: 'admin' },
      updatedAt: expect.stringMatching(/Z$/),
      archived: false,
    });
    const read = await app.asAdmin('get', '/v1/projects/acme').expect(200);
    expect(read.body).toEqual(body);
    expect(await eventsOf(app, body.id)).toEqual([
      expect.objectContaining({ type: 'project.created', revision: 1, projectId: body.id }),
    ]);
  });

  it('have names that are taken once, however many ask for one at the same time', async () => {
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => app.asAdmin('post', '/v1/projects').send({ name: 'wanted' })),
    );

    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);
    expect(answers.find(({ status }) => status === 409)?.body.code).toBe('project-exists');
  });

  it.each([
    [{}, '/name'],
    [{ name: '' }, '/name'],
    [{ name: 'Acme' }, '/name'],
    [{ name: '../x' }, '/name'],
    [{ name: 'a--b' }, '/name'],
    [{ name: 'a'.repeat(101) }, '/name'],
    [{ name: 'x', description: 'a'.repeat(2001) }, '/description'],
    [{ name: 'x', archived: true }, '/archived'],
  ])('are refused as %j', async (body, pointer) => {
    const answer = await app.asAdmin('post', '/v1/projects').send(body).expect(400);

    expect(answer.body.code).toBe('validation-failed');
    expect(answer.body.errors[0].pointer).toBe(pointer);
  });

  it('are hidden from strangers in the same words as one that does not exist', async () => {
    await newProject(app, 'hidden');
    const stranger = await newPerson(app, 'stranger');
    const ask = async (method: 'get' | 'patch' | 'delete' | 'post', path: string) => {
      const pending = app.as(stranger.token, method, path);
      const { body } = await (method === 'get' ? pending : pending.send({})).expect(404);
      return { ...body, instance: '' };
    };

    for (const [method, tail] of [
      ['get', ''],
      ['patch', ''],
      ['delete', ''],
      ['post', '/restore'],
      ['get', '/members'],
      ['get', '/keys'],
    ] as const) {
      const hidden = await ask(method, `/v1/projects/hidden${tail}`);
      const missing = await ask(method, `/v1/projects/absent${tail}`);
      expect(JSON.stringify(missing).replaceAll('absent', 'hidden')).toBe(JSON.stringify(hidden));
      expect(hidden.code).toBe('not-found');
    }
  });

  it.each(['%2e%2e', '%00', 'A', 'a%2Fb', 'а', 'x'.repeat(300)])(
    'are not found by the name %s',
    async (name) => {
      const { body } = await app.asAdmin('get', `/v1/projects/${name}`).expect(404);
      expect(body.code).toBe('not-found');
    },
  );

  it('are listed by name, page by page, and only those that the caller may read', async () => {
    for (const name of ['list-c', 'list-a', 'list-b']) await newProject(app, name);
    const member = await newMember(app, 'list-a', 'viewer', 'lister');
    await app.asAdmin('put', '/v1/projects/list-c/members/lister').send({ role: 'admin' });
    const list = (query: string) => app.as(member.token, 'get', `/v1/projects${query}`).expect(200);

    const { body: first } = await list('?limit=1&total=true');
    const { body: second } = await list(`?limit=1&cursor=${String(first.nextCursor)}`);

    expect(names(first)).toEqual(['list-a']);
    expect(first.total).toBe(2);
    expect(names(second)).toEqual(['list-c']);
    expect(second.nextCursor).toBeNull();
    const stranger = await newPerson(app, 'sees-nothing');
    const { body: none } = await app
      .as(stranger.token, 'get', '/v1/projects?total=true')
      .expect(200);
    expect(none).toEqual({ items: [], nextCursor: null, total: 0 });
    const { body: all } = await app.asAdmin('get', '/v1/projects').expect(200);
    expect(names(all)).toEqual(expect.arrayContaining(['list-a', 'list-b', 'list-c']));
  });

  it('change their description, with the digests before and after', async () => {
    const id = await newProject(app, 'described');

    const { body } = await app
      .asAdmin('patch', '/v1/projects/described')
      .send({ description: 'now with one' })
      .expect(200);
    expect(body.description).toBe('now with one');
    await app.asAdmin('patch', '/v1/projects/described').send({}).expect(200);
    await app.asAdmin('patch', '/v1/projects/described').send({ description: null }).expect(200);
    await app.asAdmin('patch', '/v1/projects/described').send({ name: 'x' }).expect(400);

    const [created, first, second, ...more] = await eventsOf(app, id);
    expect(more).toEqual([]);
    expect(first).toMatchObject({ type: 'project.updated', revision: 2, before: created?.after });
    expect(second).toMatchObject({ before: first?.after, after: created?.after });
  });

  it('are archived: readable, closed to writes, apart in the list, and restorable', async () => {
    const id = await newProject(app, 'old');
    const viewer = await newMember(app, 'old', 'viewer');
    await app.asAdmin('delete', '/v1/projects/old').expect(204);
    await app.asAdmin('delete', '/v1/projects/old').expect(204);

    const { body } = await app.as(viewer.token, 'get', '/v1/projects/old').expect(200);
    expect(body.archived).toBe(true);
    const { body: current } = await app.asAdmin('get', '/v1/projects?limit=200').expect(200);
    const { body: archived } = await app.asAdmin('get', '/v1/projects?archived=true').expect(200);
    expect(names(current)).not.toContain('old');
    expect(names(archived)).toContain('old');
    const refused = [
      await app.asAdmin('patch', '/v1/projects/old').send({ description: 'x' }).expect(409),
      await app.asAdmin('post', '/v1/projects/old/keys').send({ name: 'x' }).expect(409),
      await app
        .asAdmin('put', '/v1/projects/old/members/admin')
        .send({ role: 'viewer' })
        .expect(409),
    ];
    expect(refused.map((answer) => answer.body.code)).toEqual(Array(3).fill('project-archived'));
    await app.asAdmin('delete', '/v1/projects/old/members/old-viewer').expect(204);

    const { body: back } = await app.asAdmin('post', '/v1/projects/old/restore').expect(200);
    expect(back.archived).toBe(false);
    await app.asAdmin('patch', '/v1/projects/old').send({ description: 'x' }).expect(200);
    expect((await eventsOf(app, id)).map(({ type }) => type)).toEqual([
      ...['project.created', 'member.added', 'project.archived', 'member.removed'],
      ...['project.restored', 'project.updated'],
    ]);
  });

  it('are an instance admin’s to create, change and archive', async () => {
    const id = await newProject(app, 'guarded');
    const admin = await newMember(app, 'guarded', 'admin');

    const answers = [
      await app.as(admin.token, 'post', '/v1/projects').send({ name: 'mine' }).expect(403),
      await app.as(admin.token, 'patch', '/v1/projects/guarded').send({}).expect(403),
      await app.as(admin.token, 'delete', '/v1/projects/guarded').expect(403),
      await app.as(admin.token, 'post', '/v1/projects/guarded/restore').expect(403),
    ];

    expect(answers.map(({ body }) => body.code)).toEqual(Array(4).fill('forbidden'));
    const denied = (await eventsOf(app, id)).filter(({ type }) => type === 'access.denied');
    expect(denied).toHaveLength(3);
    expect(denied[0]).toMatchObject({
      actor: { kind: 'user', id: admin.id },
      subject: { type: 'project', id, name: 'guarded' },
      data: { permission: 'project:manage', principal: 'user' },
    });
  });
});

describe('members', () => {
  let app: FreshApplication;
  let projectId: string;
  beforeAll(async () => {
    app = await freshApplication();
    projectId = await newProject(app, 'team');
  });
  afterAll(() => app.close());

  const put = (user: string, role: unknown, token = app.admin.token) =>
    app.as(token, 'put', `/v1/projects/team/members/${user}`).send({ role });

  it('get a role by username or by id, and another one in its place', async () => {
    const { id } = await newPerson(app, 'ada');

    const { body: added } = await put('ada', 'viewer').expect(200);
    const { body: promoted } = await put(id, 'developer').expect(200);
    await put(id, 'developer').expect(200);

    expect(added).toEqual({
      userId: id,
      username: 'ada',
      role: 'viewer',
      createdAt: expect.stringMatching(/Z$/),
      updatedAt: expect.stringMatching(/Z$/),
    });
    expect(promoted).toMatchObject({ userId: id, role: 'developer', createdAt: added.createdAt });
    const [first, second, ...more] = (await eventsOf(app, projectId)).filter(
      ({ subject }) => subject.id === id,
    );
    expect(first).toMatchObject({ type: 'member.added', data: { role: 'viewer' } });
    expect(second).toMatchObject({ type: 'member.role-changed', before: first?.after });
    expect(more).toEqual([]);
  });

  it('are made once when several add the same user at the same time', async () => {
    await newPerson(app, 'popular');

    const answers = await Promise.all(Array.from({ length: 5 }, () => put('popular', 'viewer')));

    expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(200));
  });

  it('are listed by username, page by page', async () => {
    for (const name of ['zed', 'bob', 'cyd']) {
      await newPerson(app, name);
      await put(name, 'viewer').expect(200);
    }
    const list = (query: string) =>
      app.asAdmin('get', `/v1/projects/team/members${query}`).expect(200);

    const { body: all } = await list('?total=true');
    const { body: first } = await list('?limit=2');
    const { body: rest } = await list(`?cursor=${String(first.nextCursor)}`);

    const usernames = (all.items as { username: string }[]).map(({ username }) => username);
    expect(usernames).toEqual([...usernames].sort());
    expect(all.total).toBe(usernames.length);
    expect([...first.items, ...rest.items]).toEqual(all.items);
  });

  it('see a change of their role with their next request', async () => {
    const { token } = await newPerson(app, 'moving');
    const keys = () => app.as(token, 'get', '/v1/projects/team/keys');

    await keys().expect(404);
    await put('moving', 'developer').expect(200);
    await keys().expect(403);
    await put('moving', 'admin').expect(200);
    await keys().expect(200);
    await app.asAdmin('delete', '/v1/projects/team/members/moving').expect(204);
    await keys().expect(404);
  });

  it('are managed by the project’s admins and read by all members', async () => {
    const admin = await newMember(app, 'team', 'admin');
    const developer = await newMember(app, 'team', 'developer');
    const viewer = await newMember(app, 'team', 'viewer');

    await put('team-viewer', 'viewer', admin.token).expect(200);
    for (const { token } of [developer, viewer]) {
      await app.as(token, 'get', '/v1/projects/team/members').expect(200);
      const { body } = await put('team-viewer', 'admin', token).expect(403);
      expect(body.code).toBe('forbidden');
      await app.as(token, 'delete', '/v1/projects/team/members/team-viewer').expect(403);
    }
  });

  it('of one project are strangers in another', async () => {
    await newProject(app, 'other');
    const admin = await newMember(app, 'other', 'admin');

    await put('ada', 'viewer', admin.token).expect(404);
    await app.as(admin.token, 'get', '/v1/projects/team').expect(404);
  });

  it.each(['nobody', 'No Body', '%00', '0190a000-0000-7000-8000-000000000000'])(
    'are not found as %s',
    async (user) => {
      const { body } = await put(user, 'viewer').expect(404);
      expect(body.code).toBe('not-found');
      await app.asAdmin('delete', `/v1/projects/team/members/${user}`).expect(404);
    },
  );

  it('are active when they are added, and may be removed when they no longer are', async () => {
    const { id } = await newPerson(app, 'retired');
    await put('retired', 'viewer').expect(200);
    await app.asAdmin('delete', `/v1/users/${id}`).expect(204);

    await put('retired', 'admin').expect(404);
    await app.asAdmin('delete', '/v1/projects/team/members/retired').expect(204);
    await app.asAdmin('delete', '/v1/projects/team/members/retired').expect(404);
  });

  it.each([[{}], [{ role: 'owner' }], [{ role: null }], [{ role: 'viewer', userId: 'x' }]])(
    'are not made by %j',
    async (body) => {
      const answer = await app
        .asAdmin('put', '/v1/projects/team/members/admin')
        .send(body)
        .expect(400);
      expect(answer.body.code).toBe('validation-failed');
    },
  );

  it('who must change their password see no project', async () => {
    const { token } = await newPerson(app, 'fresh', { mustChangePassword: true });
    await put('fresh', 'admin').expect(200);

    const { body } = await app.as(token, 'get', '/v1/projects/team').expect(403);

    expect(body.code).toBe('password-change-required');
  });
});
