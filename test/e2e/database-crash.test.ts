import { createConnection } from 'mysql2/promise';
import { freshApplication, type FreshApplication } from '../support/fresh-application.js';
import { databaseUnderTest } from '../support/fresh-database.js';
import { listPublished } from '../support/gapless.js';
import { type Answer, HttpClient, outcomes } from '../support/http-client.js';
import { OwnServer } from '../support/own-server.js';
import { until } from '../support/until.js';

jest.setTimeout(120_000);

// SQLite has no process that could be killed.
const onServers = databaseUnderTest() === 'sqlite' ? describe.skip : describe;

onServers('a database server that is killed under load and started again', () => {
  let server: OwnServer;
  let app: FreshApplication;
  let admin: HttpClient;
  beforeAll(async () => {
    server = await OwnServer.start();
    if (databaseUnderTest() === 'mysql') await createDatabase(server.url);
    app = await freshApplication({ DATABASE_URL: server.url, PROMPTD_MIGRATE: 'auto' });
    admin = new HttpClient(app.url, app.admin.token);
    await admin.send('POST', '/v1/projects', { name: 'p' });
  });
  afterAll(async () => {
    await app.close();
    await server.remove();
  });

  const versions = '/v1/projects/p/prompts/q/versions';
  const publish = (text: string) =>
    admin.send('POST', versions, { content: { kind: 'text', text }, bump: 'auto' });

  it('keeps every publish that was acknowledged, and needs no restart of the instance', async () => {
    const answers: Answer[] = [];
    let stop = false;
    const worker = async (name: number) => {
      for (let round = 0; !stop; round += 1) answers.push(await publish(`${name}: ${round}`));
    };
    const load = Promise.all([1, 2, 3, 4].map(worker));
    const published = () => answers.filter(({ status }) => status === 201);
    const someMore = async () => {
      const before = published().length;
      await until(nextTurn, () => published().length > before + 10, 30_000);
    };

    await someMore();
    await server.kill();
    await until(nextTurn, () => answers.some(({ status }) => status === 503));
    await server.restart();
    await someMore();
    stop = true;
    await load;

    const others = Object.keys(outcomes(answers)).filter(
      (key) => !['201', '503 database-unavailable'].includes(key),
    );
    expect(others).toEqual([]);
    expect((await admin.send('GET', '/ready')).body.status).toBe('ok');
    // The list comes from the database, whatever is in memory.
    const kept = new Set(
      (await listPublished(admin, '/v1/projects/p/prompts/q')).map(({ version }) => version),
    );
    const missing = published().filter(({ body }) => !kept.has(String(body.version)));
    expect(missing).toEqual([]);
  });

  const nextTurn = () => new Promise((resolve) => setImmediate(resolve));
});

async function createDatabase(url: string): Promise<void> {
  const slash = url.lastIndexOf('/');
  const connection = await createConnection(url.slice(0, slash));
  try {
    await connection.query(`CREATE DATABASE ${url.slice(slash + 1)} CHARACTER SET utf8mb4`);
  } finally {
    await connection.end();
  }
}
