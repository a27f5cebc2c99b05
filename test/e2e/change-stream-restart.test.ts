import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ChildProgram, endPrograms, startProgram } from '../support/child-program.js';
import { EventStream } from '../support/event-stream.js';
import { databaseUnderTest, type FreshDatabase, freshDatabase } from '../support/fresh-database.js';
import { HttpClient } from '../support/http-client.js';

// The first test of a run waits for the build.
jest.setTimeout(180_000);

const credentials = { username: 'admin', password: 'correct horse battery staple' };

describe('an instance that is stopped', () => {
  let directory: string;
  let database: FreshDatabase;
  let program: ChildProgram;
  let admin: HttpClient;
  let key: string;
  let keyId: string;
  const project = '/v1/projects/restarted';

  const start = () =>
    startProgram({
      cwd: directory,
      environment: {
        PORT: '0',
        DATABASE_URL: database.url,
        PROMPTD_SIGNING_KEY: Buffer.alloc(32, 7).toString('base64'),
        PROMPTD_SECRET_KEY: Buffer.alloc(32, 8).toString('base64'),
        PROMPTD_ADMIN_PASSWORD: credentials.password,
      },
    });

  beforeEach(async () => {
    const made = await admin.at(program.url).send('POST', `${project}/keys`, { name: 'reader' });
    key = String(made.body.key);
    keyId = String(made.body.id);
  });
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'promptd-restart-'));
    database = await freshDatabase();
    program = await start();
    admin = await HttpClient.logIn(program.url, credentials);
    await admin.send('POST', '/v1/projects', { name: 'restarted' });
  });
  afterAll(async () => {
    await endPrograms();
    await database.drop();
    rmSync(directory, { recursive: true, force: true });
  });

  const open = async (headers = {}) => {
    const stream = await EventStream.open(`${program.url}${project}/events`, key, headers);
    await stream.until(() => stream.of('ready').length === 1);
    return stream;
  };
  const create = async (name: string) => {
    const made = await admin.at(program.url).send('POST', `${project}/prompts`, { name });
    expect(made.status).toBe(201);
  };

  /** A reader that never reads, of a stream that has begun: another one would be refused by a stop. */
  async function openAndSleep(): Promise<Socket> {
    const { hostname, port, host } = new URL(program.url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    socket.write(
      `GET ${project}/events HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${key}\r\n\r\n`,
    );
    await once(socket, 'readable');
    return socket;
  }

  it('ends its streams as a whole and at once, and a reader goes on where it was', async () => {
    const streams = await Promise.all(Array.from({ length: 15 }, () => open()));
    const sleeper = await openAndSleep();
    await create('before');
    await Promise.all(streams.map((stream) => stream.until(() => stream.changes.length === 1)));

    const stopped = program.stop('SIGINT');
    const [ending] = await Promise.all([stopped, ...streams.map((stream) => stream.ended())]);
    expect(ending).toMatchObject({ code: 0, signal: null });
    expect(ending.stdout).not.toMatch(/"level":"(error|warn)"/);
    // Whole: a chunked answer that was cut would have been an error of the reader.
    expect(streams.map((stream) => stream.isWhole)).toEqual(streams.map(() => true));
    sleeper.destroy();

    program = await start();
    admin = await HttpClient.logIn(program.url, credentials);
    await create('between');
    const again = await open({ 'Last-Event-ID': streams[0]!.lastId });
    await create('after');
    await again.until(() => again.changes.length === 2);

    expect(again.changes.map(({ prompt }) => String(prompt))).toEqual(['between', 'after']);
    expect(again.of('resync')).toEqual([]);
    again.close();
  });

  // DIALECT: SQLite refuses a second process.
  (databaseUnderTest() === 'sqlite' ? it.skip : it)(
    'tells a reader here what was done at another, and ends the stream of a key revoked there',
    async () => {
      const other = await start();
      const stream = await open();
      const made = await admin
        .at(other.url)
        .send('POST', `${project}/prompts`, { name: 'from-elsewhere' });
      expect(made.status).toBe(201);
      await stream.until(() => stream.changes.length === 1);

      const revokedAtMs = performance.now();
      await admin.at(other.url).send('DELETE', `${project}/keys/${keyId}`);
      await stream.ended();
      // A second, and what a busy machine of two cores adds to it.
      expect(performance.now() - revokedAtMs).toBeLessThan(3_000);
      await other.stop();
    },
  );
});
