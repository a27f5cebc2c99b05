import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ChildProgram, endPrograms, startProgram } from '../support/child-program.js';
import { emptyDatabase } from '../support/empty-database.js';
import { databaseUnderTest, type FreshDatabase } from '../support/fresh-database.js';
import { listPublished } from '../support/gapless.js';
import { type Answer, HttpClient, outcomes, together } from '../support/http-client.js';
import { RawDatabase } from '../support/raw-database.js';
import { until } from '../support/until.js';

// The first test of a run waits for the build.
jest.setTimeout(180_000);

const password = 'correct horse battery staple';
const content = (text: string) => ({ kind: 'text', text });

// SQLite refuses a second process; quick-start.test.ts sees to that.
const onServers = databaseUnderTest() === 'sqlite' ? describe.skip : describe;

onServers('one Idempotency-Key at two processes', () => {
  let directory: string;
  let database: FreshDatabase;
  let raw: RawDatabase;
  let left: ChildProgram;
  let right: ChildProgram;
  let admin: HttpClient;
  let key: string;

  const start = () =>
    startProgram({
      cwd: directory,
      environment: {
        PORT: '0',
        DATABASE_URL: database.url,
        PROMPTD_SIGNING_KEY: Buffer.alloc(32, 7).toString('base64'),
        PROMPTD_SECRET_KEY: Buffer.alloc(32, 8).toString('base64'),
        PROMPTD_ADMIN_PASSWORD: password,
      },
    });

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'promptd-idempotency-'));
    database = await emptyDatabase();
    raw = await RawDatabase.open(database);
    [left, right] = await Promise.all([start(), start()]);
    admin = await HttpClient.logIn(left.url, { username: 'admin', password });
    await admin.send('POST', '/v1/projects', { name: 'shared' });
  });
  beforeEach(() => {
    key = randomUUID();
  });
  afterAll(async () => {
    await endPrograms();
    await raw.close();
    await database.drop();
    rmSync(directory, { recursive: true, force: true });
  });

  const post = (url: string, path: string, body: object, used = key) =>
    admin.at(url).send('POST', path, body, { 'Idempotency-Key': used });
  const versionsOf = (name: string) => `/v1/projects/shared/prompts/${name}/versions`;

  /** Each with the answer of the effect, or told to come again. */
  function expectTwins(answers: readonly Answer[]): void {
    const { 201: made = 0, '409 idempotency-in-progress': waiting = 0 } = outcomes(answers);
    expect(made).toBeGreaterThan(0);
    expect(made + waiting).toBe(answers.length);
    const bodies = answers.filter(({ status }) => status === 201).map(({ body }) => body);
    expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(1);
  }

  it('publishes one version, every time that both are asked at once', async () => {
    const rounds = await together(25, async (round) => {
      const used = randomUUID();
      const body = { content: content(`Round ${round}`), bump: 'auto' };
      const path = versionsOf(`round-${round}`);
      return Promise.all([left, right].map(({ url }) => post(url, path, body, used)));
    });

    for (const answers of rounds) expectTwins(answers);
    for (let round = 0; round < rounds.length; round += 1) {
      const prompt = `/v1/projects/shared/prompts/round-${round}`;
      expect(await listPublished(admin, prompt)).toHaveLength(1);
    }
  });

  it('does not refuse a twin for what the first has done', async () => {
    const rounds = await together(25, async (round) => {
      const used = randomUUID();
      const body = { name: `project-${round}` };
      return Promise.all([left, right].map(({ url }) => post(url, '/v1/projects', body, used)));
    });

    for (const answers of rounds) expectTwins(answers);
  });

  it('lets the second wait for the first, and answers it the same', async () => {
    const body = { content: content('Waited for'), bump: 'auto' };
    let twins: Promise<Answer>[];
    const blocker = await RawDatabase.open(database);
    try {
      await blocker.run('START TRANSACTION');
      await blocker.run('SELECT * FROM project_revisions FOR UPDATE');
      twins = [left, right].map(({ url }) => post(url, versionsOf('waited'), body));
      await until(waitingTwins, (count) => count === 2);
    } finally {
      await blocker.run('ROLLBACK');
      await blocker.close();
    }

    expectTwins(await Promise.all(twins));
    expect(await listPublished(admin, '/v1/projects/shared/prompts/waited')).toHaveLength(1);
  });

  it('answers at the other one what was done at the first', async () => {
    const body = { content: content('Hello'), bump: 'auto' };
    const first = await post(left.url, versionsOf('moved'), body);
    const again = await post(right.url, versionsOf('moved'), body);

    expect(again.status).toBe(201);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('Idempotency-Replayed')).toBe('true');
  });

  it('does not lose what was done at one that was killed while it answered', async () => {
    const third = await start();
    const keys = Array.from({ length: 20 }, () => randomUUID());
    const send = (url: string, index: number) => {
      const body = { content: content(`Number ${index}`), bump: 'auto' };
      return post(url, versionsOf(`killed-${index}`), body, keys[index]);
    };
    const sent = together(keys.length, (index) => send(third.url, index).catch(() => undefined));
    await Promise.race([sent, send(left.url, 0)]);
    await third.stop('SIGKILL');
    await sent;

    const again = await together(keys.length, (index) => send(right.url, index));
    const allowed = ['201', '409 idempotency-in-progress'];
    expect(Object.keys(outcomes(again)).filter((outcome) => !allowed.includes(outcome))).toEqual(
      [],
    );
    for (let index = 0; index < keys.length; index += 1) {
      const prompt = `/v1/projects/shared/prompts/killed-${index}`;
      expect(await listPublished(admin, prompt)).toHaveLength(1);
    }
  });

  /**
   * How many are at the statement that one waits at for the blocker and the other for the one.
   * DIALECT: who sees its own threads only can still read what they are doing.
   */
  async function waitingTwins(): Promise<number> {
    const [row] = await raw.run(
      raw.dialect === 'postgres'
        ? `SELECT COUNT(*) AS n FROM pg_stat_activity
           WHERE datname = current_database() AND wait_event_type = 'Lock'`
        : `SELECT COUNT(*) AS n FROM information_schema.processlist
           WHERE db = DATABASE() AND (info LIKE 'UPDATE project_revisions%'
             OR info LIKE 'INSERT INTO \`idempotency_keys\`%')`,
    );
    return Number(row?.n);
  }
});
