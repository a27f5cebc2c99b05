import { ApiKeysRepository } from '../../src/access/api-keys/api-keys.repository.js';
import { mintApiKey } from '../../src/access/api-keys/api-key-format.js';
import { INSTANCE_PROJECT } from '../../src/platform/events/index.js';
import { Clock } from '../../src/platform/time/index.js';
import { problem } from '../support/expect-problem.js';
import { freshApplication, type FreshApplication } from '../support/fresh-application.js';
import { eventsOf, newMember, newProject } from '../support/people.js';

const minuteMs = 60_000;
const keysPath = '/v1/projects/acme/keys';

describe('API keys', () => {
  let app: FreshApplication;
  let projectId: string;
  beforeAll(async () => {
    app = await freshApplication();
    projectId = await newProject(app, 'acme');
    await newProject(app, 'foreign');
    for (const name of ['support/triage/summary', 'sales/pitch']) await publish(name);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  afterAll(() => app.close());

  const promptPath = (name: string, project = 'acme') =>
    `/v1/projects/${project}/prompts/${encodeURIComponent(name)}`;

  function publish(name: string, token = app.admin.token) {
    return app
      .as(token, 'post', `${promptPath(name)}/versions`)
      .send({ content: { kind: 'text', text: 'Hello' }, bump: 'auto' });
  }

  async function newKey(body: object = {}) {
    const answer = await app
      .asAdmin('post', keysPath)
      .send({ name: 'service', ...body })
      .expect(201);
    return answer.body as { id: string; key: string; prefix: string };
  }

  async function listed(id: string) {
    const { body } = await app.asAdmin('get', `${keysPath}?limit=200`).expect(200);
    const keys = body.items as { id: string; lastUsedAt: unknown; revokedAt: unknown }[];
    return keys.find((key) => key.id === id)!;
  }

  const read = (key: string, name = 'sales/pitch', project = 'acme') =>
    app.as(key, 'get', `${promptPath(name, project)}/versions/1.0.0`);
  const after = (elapsedMs: number) => {
    const then = Date.now() + elapsedMs;
    jest.spyOn(app.application.nest.get(Clock), 'nowMs').mockReturnValue(then);
  };

  it('are shown once, when they are made, and read only unless told otherwise', async () => {
    const created = await newKey();

    expect(created).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      name: 'service',
      key: expect.stringMatching(/^pdk_[0-9A-Za-z]{38}$/),
      prefix: created.key.slice(0, 8),
      verbs: ['read'],
      prompts: ['*'],
      labels: ['*'],
      expiresAt: null,
      previousKeyExpiresAt: null,
      createdAt: expect.stringMatching(/Z$/),
      lastUsedAt: null,
      revokedAt: null,
    });
    const { key, ...rest } = created;
    expect(await listed(created.id)).toEqual(rest);
    const written = JSON.stringify(await eventsOf(app, projectId)) + app.log.join();
    expect(written).not.toContain(key.slice(8));
  });

  it('read prompts, and change nothing without the verb for it', async () => {
    const { key } = await newKey();

    await read(key).expect(200);
    const { body } = await publish('sales/pitch', key).expect(403);
    expect(body.code).toBe('forbidden');
  });

  it('with the verb publish publish, and create prompts, inside their patterns', async () => {
    const { key } = await newKey({ verbs: ['publish'], prompts: ['support/*'] });

    await publish('support/new', key).expect(201);
    await publish('sales/new', key).expect(404);
    await read(key, 'support/new').expect(403);
  });

  it('see no prompt outside of their patterns', async () => {
    const { key } = await newKey({ prompts: ['support/*'] });

    await read(key, 'support/triage/summary').expect(200);
    const { body: outside } = await read(key, 'sales/pitch').expect(404);
    expect(outside.code).toBe('not-found');
  });

  it('never manage people, keys or projects, whatever their verbs', async () => {
    const { id, key } = await newKey({ verbs: ['read', 'publish', 'label', 'tag', 'yank'] });

    for (const [method, path] of [
      ['get', '/v1/auth/me'],
      ['post', '/v1/auth/logout'],
      ['get', '/v1/users'],
      ['get', '/v1/roles'],
      ['get', '/v1/projects'],
      ['get', '/v1/projects/acme'],
      ['get', '/v1/projects/acme/members'],
      ['delete', '/v1/projects/acme/members/admin'],
      ['get', keysPath],
      ['delete', `${keysPath}/${id}`],
      ['delete', '/v1/projects/acme'],
    ] as const) {
      const { body } = await app.as(key, method, path).expect(403);
      expect(body.code).toBe('forbidden');
    }
    const { body } = await app.as(key, 'post', keysPath).send({ name: 'x' }).expect(403);
    expect(body.code).toBe('forbidden');
    const denied = [
      ...(await eventsOf(app, projectId)),
      ...(await eventsOf(app, INSTANCE_PROJECT)),
    ].filter(({ type, actor }) => type === 'access.denied' && actor.id === id);
    expect(denied).toHaveLength(12);
  });

  it('of one project are strangers in another', async () => {
    const { id, key } = await newKey({ verbs: ['read', 'publish'] });

    const { body } = await read(key, 'sales/pitch', 'foreign').expect(404);
    expect(body.code).toBe('not-found');
    await app.as(key, 'get', '/v1/projects/foreign/keys').expect(404);
    await app.asAdmin('delete', `/v1/projects/foreign/keys/${id}`).expect(404);
    await read(key).expect(200);
  });

  it('end when they expire', async () => {
    const expiresAt = new Date(Date.now() + 10 * minuteMs).toISOString();
    const { key } = await newKey({ expiresAt });

    await read(key).expect(200);
    after(11 * minuteMs);
    const { body } = await read(key).expect(401);
    expect(body.code).toBe('unauthenticated');
  });

  it('end at once when they are revoked, for ever, and more than once does no harm', async () => {
    const { id, key } = await newKey();
    await read(key).expect(200);

    await app.asAdmin('delete', `${keysPath}/${id}`).expect(204);
    await app.asAdmin('delete', `${keysPath}/${id}`).expect(204);

    const answer = await read(key).expect(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="promptd"');
    expect((await listed(id)).revokedAt).toMatch(/Z$/);
    const events = (await eventsOf(app, projectId)).filter(({ subject }) => subject.id === id);
    expect(events.map(({ type }) => type)).toEqual(['key.created', 'key.revoked']);
    expect(events[1]?.before).toBe(events[0]?.after);
  });

  describe('that are rotated', () => {
    const rotate = (id: string, body: object = {}) =>
      app.asAdmin('post', `${keysPath}/${id}/rotate`).send(body);

    it('get another secret and stay the same key; the old secret works for the overlap', async () => {
      const { id, key, prefix } = await newKey({ prompts: ['sales/*'] });

      const { body } = await rotate(id, { overlapSeconds: 600 }).expect(200);

      expect(body).toMatchObject({ id, prompts: ['sales/*'], key: expect.stringMatching(/^pdk_/) });
      expect(body.key).not.toBe(key);
      expect(body.prefix).toBe(String(body.key).slice(0, 8));
      await read(key).expect(200);
      await read(String(body.key)).expect(200);
      after(11 * minuteMs);
      await read(key).expect(401);
      await read(String(body.key)).expect(200);
      const [event] = (await eventsOf(app, projectId)).filter(
        ({ type, subject }) => type === 'key.rotated' && subject.id === id,
      );
      expect(event?.data).toMatchObject({ prefix: body.prefix, previousPrefix: prefix });
      expect(JSON.stringify(event)).not.toContain(body.key);
    });

    it('leave the old secret an hour unless told otherwise, and none at all if told so', async () => {
      const patient = await newKey();
      const hasty = await newKey();

      const { body } = await rotate(patient.id).expect(200);
      await rotate(hasty.id, { overlapSeconds: 0 }).expect(200);

      const hours = (Date.parse(body.previousKeyExpiresAt) - Date.now()) / (60 * minuteMs);
      expect(hours).toBeCloseTo(1, 1);
      await read(patient.key).expect(200);
      await read(hasty.key).expect(401);
    });

    it('twice know their last two secrets at most', async () => {
      const { id, key: first } = await newKey();
      const second = String((await rotate(id).expect(200)).body.key);
      const third = String((await rotate(id).expect(200)).body.key);

      await read(first).expect(401);
      await read(second).expect(200);
      await read(third).expect(200);
    });

    it('at the same moment end with one newest secret that works', async () => {
      const { id } = await newKey();

      const answers = await Promise.all(Array.from({ length: 8 }, () => rotate(id)));

      expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
      const reads = await Promise.all(answers.map(({ body }) => read(String(body.key))));
      expect(reads.filter(({ status }) => status === 200)).toHaveLength(2);
    });

    it('keep their expiry or get another, and never one that has passed', async () => {
      const expiresAt = new Date(Date.now() + 10 * minuteMs).toISOString();
      const { id } = await newKey({ expiresAt });

      const kept = await rotate(id).expect(200);
      expect(kept.body.expiresAt).toBe(expiresAt);
      const forEver = await rotate(id, { expiresAt: null }).expect(200);
      expect(forEver.body.expiresAt).toBeNull();
      await rotate(id, { expiresAt }).expect(200);
      after(11 * minuteMs);
      const late = await rotate(id).expect(problem(400, 'validation-failed'));
      expect(late.body.errors[0].pointer).toBe('/expiresAt');
    });

    it('give no secret more time than it was given out for', async () => {
      const expiresAt = new Date(Date.now() + 10 * minuteMs).toISOString();
      const { id, key } = await newKey({ expiresAt });
      after(11 * minuteMs);
      const later = new Date(Date.now() + 90 * minuteMs).toISOString();

      const { body } = await rotate(id, { expiresAt: later }).expect(200);

      await read(key).expect(401);
      await read(String(body.key)).expect(200);
    });

    it('work no more with either secret once they are revoked, and are not rotated again', async () => {
      const { id, key } = await newKey();
      const next = String((await rotate(id).expect(200)).body.key);

      await app.asAdmin('delete', `${keysPath}/${id}`).expect(204);

      await read(key).expect(401);
      await read(next).expect(401);
      await rotate(id).expect(problem(409, 'key-revoked'));
    });

    it.each([
      [{ overlapSeconds: -1 }, '/overlapSeconds'],
      [{ overlapSeconds: 2_592_001 }, '/overlapSeconds'],
      [{ overlapSeconds: '60' }, '/overlapSeconds'],
      [{ expiresAt: 'soon' }, '/expiresAt'],
      [{ verbs: ['publish'] }, '/verbs'],
    ])('refuse %j', async (body, pointer) => {
      const { id } = await newKey();
      const answer = await rotate(id, body).expect(problem(400, 'validation-failed'));
      const pointers = (answer.body.errors as { pointer: string }[]).map((one) => one.pointer);
      expect(pointers).toContain(pointer);
    });

    it('of another project are not there', async () => {
      const { id } = await newKey();
      await app
        .asAdmin('post', `/v1/projects/foreign/keys/${id}/rotate`)
        .send({})
        .expect(problem(404, 'not-found'));
    });
  });

  it('cost no query when their checksum is wrong, and one when nobody has them', async () => {
    const lookUp = jest.spyOn(
      app.application.nest.get(ApiKeysRepository, { strict: false }),
      'findByHash',
    );
    const known = mintApiKey();
    const broken = known.slice(0, -1) + (known.endsWith('0') ? '1' : '0');

    await read(broken).expect(401);
    expect(lookUp).not.toHaveBeenCalled();
    await read(known).expect(401);
    expect(lookUp).toHaveBeenCalledTimes(1);
  });

  it('count only in the Authorization header', async () => {
    const { key } = await newKey();
    const path = `${promptPath('sales/pitch')}/versions/1.0.0`;

    await app.as(null, 'get', `${path}?api_key=${key}&key=${key}&token=${key}`).expect(400);
    await app.as(null, 'get', path).set('X-Api-Key', key).expect(401);
    await app.as(null, 'get', path).auth(key, '').expect(401);
    expect(app.log.join()).not.toContain(key);
  });

  it('note when they were last used, at most once a minute', async () => {
    const { id, key } = await newKey();
    const used = async () => {
      await read(key).expect(200);
      await eventsOf(app, projectId);
      return String((await listed(id)).lastUsedAt);
    };

    const first = await used();
    expect(Date.parse(first)).toBeGreaterThan(Date.now() - minuteMs);
    after(minuteMs / 2);
    expect(await used()).toBe(first);
    after(2 * minuteMs);
    expect(Date.parse(await used()) - Date.parse(first)).toBeGreaterThan(minuteMs);
  });

  it.each([
    [{}, '/name'],
    [{ name: ' x' }, '/name'],
    [{ name: 'x', verbs: [] }, '/verbs'],
    [{ name: 'x', verbs: ['admin'] }, '/verbs'],
    [{ name: 'x', verbs: null }, '/verbs'],
    [{ name: 'x', prompts: [] }, '/prompts'],
    [{ name: 'x', prompts: ['../x'] }, '/prompts/0'],
    [{ name: 'x', prompts: ['a', 'a*'] }, '/prompts/1'],
    [{ name: 'x', prompts: 'a' }, '/prompts'],
    [{ name: 'x', labels: ['latest'] }, '/labels/0'],
    [{ name: 'x', expiresAt: 'tomorrow' }, '/expiresAt'],
    [{ name: 'x', expiresAt: '2001-01-01T00:00:00Z' }, '/expiresAt'],
    [{ name: 'x', role: 'admin' }, '/role'],
    [{ name: 'x', projectId: 'x' }, '/projectId'],
  ])('are not made by %j', async (body, pointer) => {
    const answer = await app.asAdmin('post', keysPath).send(body).expect(400);

    expect(answer.body.code).toBe('validation-failed');
    expect(answer.body.errors[0].pointer).toBe(pointer);
  });

  it.each(['x', '%00', '0190a000-0000-7000-8000-000000000000'])(
    'are not found by the id %s',
    async (id) => {
      await app.asAdmin('delete', `${keysPath}/${id}`).expect(404);
    },
  );

  it('are listed page by page, oldest first', async () => {
    await newProject(app, 'many');
    for (const name of ['one', 'two', 'three']) {
      await app.asAdmin('post', '/v1/projects/many/keys').send({ name }).expect(201);
    }
    const list = (query: string) =>
      app.asAdmin('get', `/v1/projects/many/keys${query}`).expect(200);

    const { body: first } = await list('?limit=2&total=true');
    const { body: rest } = await list(`?limit=2&cursor=${String(first.nextCursor)}`);

    const all = [...first.items, ...rest.items] as { name: string }[];
    expect(all.map(({ name }) => name)).toEqual(['one', 'two', 'three']);
    expect(first.total).toBe(3);
    expect(rest.nextCursor).toBeNull();
  });

  it('are managed by the project’s admins alone', async () => {
    const admin = await newMember(app, 'acme', 'admin');
    const developer = await newMember(app, 'acme', 'developer');

    await app.as(admin.token, 'post', keysPath).send({ name: 'by admin' }).expect(201);
    await app.as(developer.token, 'get', keysPath).expect(403);
    await app.as(developer.token, 'post', keysPath).send({ name: 'x' }).expect(403);
  });
});
