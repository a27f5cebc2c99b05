import { definedRows } from '../../src/platform/database/index.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { fault, problem } from '../support/expect-problem.js';
import { eventsOf, newMember, newProject } from '../support/people.js';
import { until } from '../support/until.js';
import { queryRaw } from '../support/written-rows.js';

const secret = 'sk-hunter2-never-to-be-seen-wxyz';
const path = '/v1/projects/acme/credentials';

describe('credentials of providers', () => {
  let app: FreshApplication;
  let projectId: string;
  /** Every answer of this file, whole. */
  const answers: string[] = [];
  beforeAll(async () => {
    app = await freshApplication({
      LOG_LEVEL: 'trace',
      PROMPTD_PROVIDERS: 'azure-openai=https://azure.example.com/v1',
    });
    projectId = await newProject(app, 'acme');
    await newProject(app, 'foreign');
  });
  afterAll(() => app.close());

  async function create(body: object, at = path, token = app.admin.token) {
    const answer = await app
      .as(token, 'post', at)
      .set('Idempotency-Key', `attempt-${answers.length}`)
      .send(body);
    answers.push(answer.text, JSON.stringify(answer.headers));
    return answer;
  }

  let made = 0;
  async function newCredential(body: object = {}) {
    made += 1;
    const answer = await create({ name: `made-${made}`, provider: 'openai', secret, ...body });
    expect(answer.status).toBe(201);
    return answer.body as { readonly id: string; readonly name: string };
  }

  async function listed(query = '') {
    const answer = await app.asAdmin('get', `${path}${query}`).expect(200);
    answers.push(answer.text);
    return answer.body as { items: { id: string }[]; nextCursor: string | null; total?: number };
  }

  async function secretsOf(id: string): Promise<number> {
    const rows = await queryRaw(app, `SELECT id FROM secrets WHERE owner_row = '${id}'`);
    return rows.length;
  }

  it('are told by a name and the end of their secret, which no answer holds', async () => {
    const created = await newCredential({ name: 'main', provider: 'azure-openai' });

    expect(created).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      name: 'main',
      provider: 'azure-openai',
      lastFour: 'wxyz',
      createdAt: expect.stringMatching(/Z$/),
      createdBy: { kind: 'user', id: expect.any(String), name: 'admin' },
    });
    expect((await listed()).items).toContainEqual(created);
    expect(await secretsOf(created.id)).toBe(1);
  });

  it('show nothing of a secret that is short', async () => {
    expect(await newCredential({ secret: 'fifteen chars..' })).toMatchObject({ lastFour: null });
  });

  it('take the longest secret there may be, in any script', async () => {
    const long = 'sch\u00fcssel\u{1f511}'.repeat(500).slice(0, 4096);
    expect(await newCredential({ secret: long })).toMatchObject({ lastFour: expect.any(String) });
  });

  it('have names that a project has once', async () => {
    await newCredential({ name: 'once' });

    const again = await create({ name: 'once', provider: 'anthropic', secret });
    problem(409, 'credential-exists')(again);
    const elsewhere = { name: 'once', provider: 'openai', secret };
    expect((await create(elsewhere, '/v1/projects/foreign/credentials')).status).toBe(201);
  });

  it('come in pages, oldest first', async () => {
    for (let left = 3; left > 0; left -= 1) await newCredential();
    const { items, total } = await listed('?total=true&limit=200');
    expect(total).toBe(items.length);

    const paged: { id: string }[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page = await listed(`?limit=2${cursor && `&cursor=${cursor}`}`);
      paged.push(...page.items);
      cursor = page.nextCursor;
    }
    expect(paged).toEqual(items);
    await app.asAdmin('get', `${path}?cursor=nonsense`).expect(problem(400, 'invalid-cursor'));
  });

  it('are deleted with their ciphertext', async () => {
    const { id, name } = await newCredential();

    await app.asAdmin('delete', `${path}/${id}`).expect(204);

    expect(await secretsOf(id)).toBe(0);
    expect((await listed('?limit=200')).items.map((one) => one.id)).not.toContain(id);
    await app.asAdmin('delete', `${path}/${id}`).expect(problem(404, 'not-found'));
    await newCredential({ name });
  });

  it('are no others than those of the project', async () => {
    const { id } = await newCredential();

    const foreign = `/v1/projects/foreign/credentials/${id}`;
    await app.asAdmin('delete', foreign).expect(problem(404, 'not-found'));
    for (const wrong of ['x', '%00', "'", '00000000-0000-7000-8000-000000000000']) {
      await app.asAdmin('delete', `${path}/${wrong}`).expect(problem(404, 'not-found'));
    }
    expect(await secretsOf(id)).toBe(1);
  });

  it.each([
    ['no name', {}, '/name', 'required'],
    ['an empty name', { name: '' }, '/name', 'is-length'],
    ['a name with outer spaces', { name: ' x' }, '/name', 'invalid-name'],
    ['a name of 101 characters', { name: 'x'.repeat(101) }, '/name', 'is-length'],
    ['no provider', { provider: undefined }, '/provider', 'required'],
    ['a provider that is not called', { provider: 'OpenAI' }, '/provider', 'unknown-provider'],
    ['a provider of 65 characters', { provider: 'x'.repeat(65) }, '/provider', 'is-length'],
    ['no secret', { secret: undefined }, '/secret', 'required'],
    ['a secret that is an object', { secret: { value: secret } }, '/secret', 'is-string'],
    ['a secret of 7 characters', { secret: 'hunter2' }, '/secret', 'is-length'],
    ['a secret of 4097 characters', { secret: 'x'.repeat(4097) }, '/secret', 'is-length'],
    ['a line break in the secret', { secret: `${secret}\n` }, '/secret', 'control-character'],
    ['the end of the secret', { lastFour: 'wxyz' }, '/lastFour', 'unknown-field'],
    ['a project', { projectId: 'x' }, '/projectId', 'unknown-field'],
  ])('are not made with %s', async (_, fields, pointer, code) => {
    const name = pointer === '/name' ? {} : { name: 'refused' };
    const answer = await create({ ...name, provider: 'openai', secret, ...fields });

    problem(400, 'validation-failed')(answer);
    expect(answer.body.errors).toContainEqual(fault(pointer, code));
    expect(answer.text).not.toContain('hunter2');
  });

  it('are for admins of the project, and for nobody else', async () => {
    const { id } = await newCredential();
    const body = { name: 'by a member', provider: 'openai', secret };
    const keyBody = { name: 'all', verbs: ['read', 'publish', 'label', 'tag', 'yank'] };
    const { body: key } = await app.asAdmin('post', '/v1/projects/acme/keys').send(keyBody);
    const stranger = await newMember(app, 'foreign', 'admin');
    const refused = [
      [(await newMember(app, 'acme', 'viewer')).token, problem(403, 'forbidden')],
      [(await newMember(app, 'acme', 'developer')).token, problem(403, 'forbidden')],
      [String(key.key), problem(403, 'forbidden')],
      [stranger.token, problem(404, 'not-found')],
      [null, problem(401, 'unauthenticated')],
    ] as const;
    for (const [token, expected] of refused) {
      await app.as(token, 'get', path).expect(expected);
      await app.as(token, 'post', path).send(body).expect(expected);
      await app.as(token, 'delete', `${path}/${id}`).expect(expected);
    }
    const { token } = await newMember(app, 'acme', 'admin');
    await app.as(token, 'get', path).expect(200);
    expect((await create(body, path, token)).status).toBe(201);
    await app.as(token, 'delete', `${path}/${id}`).expect(204);
  });

  it('of an archived project are seen and deleted, and not made', async () => {
    await newProject(app, 'put-away');
    const away = '/v1/projects/put-away/credentials';
    const body = { name: 'kept', provider: 'openai', secret };
    const { body: kept } = await create(body, away);
    await app.asAdmin('delete', '/v1/projects/put-away').expect(204);

    problem(409, 'project-archived')(await create({ ...body, name: 'late' }, away));
    expect((await app.asAdmin('get', away).expect(200)).body.items).toEqual([kept]);
    await app.asAdmin('delete', `${away}/${String(kept.id)}`).expect(204);
    expect(await secretsOf(String(kept.id))).toBe(0);
  });

  it('are announced without their secret, nor a digest of it', async () => {
    const { id } = await newCredential({ name: 'announced' });
    await app.asAdmin('delete', `${path}/${id}`).expect(204);

    const events = (await eventsOf(app, projectId)).filter(({ subject }) => subject.id === id);
    expect(events).toMatchObject([
      {
        type: 'credential.created',
        subject: { type: 'credential', id, name: 'announced' },
        after: expect.stringMatching(/^sha256:/),
        data: { provider: 'openai' },
      },
      { type: 'credential.deleted', before: events[0]?.after },
    ]);
    expect(JSON.stringify(events)).not.toContain('wxyz');
  });

  it('leave their secret in no answer, no log, no event and no table', async () => {
    await newCredential({ name: 'the last one' });
    const audit = await until(
      async () => (await app.asAdmin('get', '/v1/projects/acme/audit').expect(200)).text,
      (text) => text.includes('the last one'),
    );
    // What a database has besides these tables, test/migrations would not let pass.
    const tables = definedRows().map(({ table }) => table);
    expect(tables).toEqual(
      expect.arrayContaining(['audit_log', 'credentials', 'outbox', 'secrets']),
    );
    const rows = await Promise.all(tables.map((table) => queryRaw(app, `SELECT * FROM ${table}`)));

    const everything = { answers, log: app.log, audit, rows };
    for (const [place, content] of Object.entries(everything)) {
      const text = JSON.stringify(content);
      expect({ [place]: text.length }).not.toEqual({ [place]: 0 });
      const forms = ['utf8', 'base64', 'base64url', 'hex'] as const;
      for (const form of forms) {
        const needle = Buffer.from(secret).toString(form).slice(0, 24);
        expect({ [place]: text.includes(needle) }).toEqual({ [place]: false });
      }
    }
  });
});
