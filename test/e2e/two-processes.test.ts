import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ChildProgram, endPrograms, startProgram } from '../support/child-program.js';
import { emptyDatabase } from '../support/empty-database.js';
import { databaseUnderTest, type FreshDatabase } from '../support/fresh-database.js';
import { countingTo, expectGaplessRevisions, listPublished } from '../support/gapless.js';
import { HttpClient, outcomes, together } from '../support/http-client.js';
import { uniqueName } from '../support/prompt-workspace.js';
import { RawDatabase } from '../support/raw-database.js';
import { until } from '../support/until.js';

// The first test of a run waits for the build.
jest.setTimeout(180_000);

const CROWD = 200;
/** How soon an instance must know what another one was told. */
const NEWS_MS = 1_000;

const newPassword = 'correct horse battery staple';
const passwordLine = /with the one-time password\n\n {4}(\S+)\n/;
const wording = (text: string | number) => ({ kind: 'text', text: `Take ${text}.` });

// SQLite refuses a second process; quick-start.test.ts sees to that.
const onServers = databaseUnderTest() === 'sqlite' ? describe.skip : describe;

onServers('two processes on one database', () => {
  let directory: string;
  let database: FreshDatabase;
  let raw: RawDatabase;
  let left: ChildProgram;
  let right: ChildProgram;
  let admin: HttpClient;
  let project: string;

  const start = () =>
    startProgram({
      cwd: directory,
      environment: {
        PORT: '0',
        DATABASE_URL: database.url,
        PROMPTD_SIGNING_KEY: Buffer.alloc(32, 7).toString('base64'),
        PROMPTD_SECRET_KEY: Buffer.alloc(32, 8).toString('base64'),
      },
    });

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'promptd-two-'));
    database = await emptyDatabase();
    raw = await RawDatabase.open(database);
    [left, right] = await Promise.all([start(), start()]);
    const password = passwordLine.exec(left.output() + right.output())?.[1] ?? 'none was printed';
    const first = await HttpClient.logIn(left.url, { username: 'admin', password });
    await first.send('PUT', '/v1/auth/password', { currentPassword: password, newPassword });
    admin = await HttpClient.logIn(right.url, { username: 'admin', password: newPassword });
  });
  beforeEach(async () => {
    const name = uniqueName('project');
    expect(await admin.send('POST', '/v1/projects', { name })).toMatchObject({ status: 201 });
    project = `/v1/projects/${name}`;
  });
  afterEach(async () => {
    await expectGaplessRevisions((sql) => raw.run(sql));
    expect((await admin.at(left.url).send('GET', '/health')).body.status).toBe('ok');
  });
  afterAll(async () => {
    await endPrograms();
    await raw.close();
    await database.drop();
    rmSync(directory, { recursive: true, force: true });
  });

  const publish = (url: string, fields: object) =>
    admin.at(url).send('POST', `${project}/prompts/shared/versions`, fields);

  it('migrate an empty database once and make one first admin', () => {
    const outputs = [left.output(), right.output()];

    expect(outputs.filter((text) => text.includes('the schema is up to date'))).toHaveLength(1);
    expect(outputs.filter((text) => passwordLine.test(text))).toHaveLength(1);
    expect(outputs.filter((text) => /"level":"(error|fatal)"/.test(text))).toEqual([]);
  });

  it('number the publishes of a crowd without a gap, whichever of them is asked', async () => {
    const answers = await together(CROWD, (index) =>
      publish(index % 2 === 0 ? left.url : right.url, { content: wording(index), bump: 'auto' }),
    );

    expect(outcomes(answers)).toEqual({ 201: CROWD });
    const published = await listPublished(admin, `${project}/prompts/shared`);
    expect(published.map(({ version }) => version)).toEqual(
      countingTo(CROWD).map((ordinal) => `1.0.${ordinal - 1}`),
    );
  });

  it('give one number away once', async () => {
    const answers = await together(CROWD, (index) =>
      publish(index % 2 === 0 ? left.url : right.url, {
        content: wording(index),
        version: '1.0.0',
      }),
    );

    expect(outcomes(answers)).toEqual({ 201: 1, '409 version-exists': CROWD - 1 });
  });

  it('serve what the other one published, byte for byte', async () => {
    const published = await publish(left.url, { content: wording('this'), version: '1.0.0' });

    const path = `${project}/prompts/shared/versions/latest`;
    const read = await until(
      () => admin.at(right.url).send('GET', path),
      ({ status }) => status === 200,
      NEWS_MS,
    );
    expect(read.body).toEqual(published.body);
    expect(read.headers.get('ETag')).toBe(published.headers.get('ETag'));
  });

  it('refuse an API key that was revoked at the other one', async () => {
    const made = await admin.send('POST', `${project}/keys`, { name: 'reader' });
    const reader = new HttpClient(left.url, String(made.body.key));
    const read = () => reader.send('GET', `${project}/prompts`);
    expect((await read()).status).toBe(200);

    const path = `${project}/keys/${String(made.body.id)}`;
    expect((await admin.at(right.url).send('DELETE', path)).status).toBe(204);

    const refused = await until(read, ({ status }) => status === 401, NEWS_MS);
    expect(refused.body.code).toBe('unauthenticated');
  });

  describe('hear within a second, at the one, that at the other', () => {
    const password = 'a password for tests';
    const newUser = async () => {
      const username = uniqueName('user');
      const user = { username, password, mustChangePassword: false };
      const created = await admin.at(right.url).send('POST', '/v1/users', user);
      const client = await HttpClient.logIn(left.url, { username, password });
      return { id: String(created.body.id), username, client };
    };
    const status = (client: HttpClient, path: string, wanted: number) =>
      until(
        () => client.send('GET', path),
        (answer) => answer.status === wanted,
        NEWS_MS,
      );

    it('a user was deactivated', async () => {
      const { id, client } = await newUser();
      expect((await client.send('GET', '/v1/auth/me')).status).toBe(200);

      await admin.at(right.url).send('DELETE', `/v1/users/${id}`);

      await status(client, '/v1/auth/me', 401);
    });

    it('a user was given a role, another one, and none', async () => {
      const { username, client } = await newUser();
      const member = `${project}/members/${username}`;
      expect((await client.send('GET', project)).status).toBe(404);

      await admin.at(right.url).send('PUT', member, { role: 'viewer' });
      await status(client, project, 200);
      expect((await client.send('GET', `${project}/keys`)).status).toBe(403);
      await admin.at(right.url).send('PUT', member, { role: 'admin' });
      await status(client, `${project}/keys`, 200);
      await admin.at(right.url).send('DELETE', member);
      await status(client, project, 404);
    });

    it('an instance admin is one no more', async () => {
      const { id, client } = await newUser();
      await admin.at(right.url).send('PATCH', `/v1/users/${id}`, { instanceAdmin: true });
      await status(client, '/v1/users', 200);

      await admin.at(right.url).send('PATCH', `/v1/users/${id}`, { instanceAdmin: false });

      await status(client, '/v1/users', 403);
    });

    it('a session was ended by its user', async () => {
      const { username, client } = await newUser();
      const other = await HttpClient.logIn(right.url, { username, password });

      expect((await other.send('DELETE', '/v1/auth/sessions')).status).toBe(204);

      await status(client, '/v1/auth/me', 401);
    });

    it('an API key was rotated without an overlap', async () => {
      const made = await admin.send('POST', `${project}/keys`, { name: 'reader' });
      const reader = new HttpClient(left.url, String(made.body.key));
      expect((await reader.send('GET', `${project}/prompts`)).status).toBe(200);

      const path = `${project}/keys/${String(made.body.id)}/rotate`;
      const rotated = await admin.at(right.url).send('POST', path, { overlapSeconds: 0 });

      await status(reader, `${project}/prompts`, 401);
      const next = new HttpClient(left.url, String(rotated.body.key));
      expect((await next.send('GET', `${project}/prompts`)).status).toBe(200);
    });
  });

  it('go on without a gap when one of them is killed in the middle of its work', async () => {
    const third = await start();
    const first = publish(third.url, { content: wording('first'), version: '1.0.0' });
    const rest = together(50, (index) =>
      publish(third.url, { content: wording(index), bump: 'auto' }).catch(() => undefined),
    );
    await first;
    await third.stop('SIGKILL');
    const known = (await rest).filter((answer) => answer?.status === 201);

    const next = await publish(left.url, { content: wording('after'), bump: 'auto' });

    expect(next.status).toBe(201);
    const published = await listPublished(admin, `${project}/prompts/shared`);
    // What was answered is there; what was cut off is there as a whole or not at all.
    expect(published.map(({ digest }) => digest)).toEqual(
      expect.arrayContaining(known.map((answer) => answer?.body.digest)),
    );
    expect(next.body.ordinal).toBe(published.length);
  });
});
