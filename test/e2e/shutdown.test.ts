import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type ChildProgram, endPrograms, startProgram } from '../support/child-program.js';
import { databaseUnderTest } from '../support/fresh-database.js';
import { HttpClient, together } from '../support/http-client.js';
import { until } from '../support/until.js';

// The first test of a run waits for the build.
jest.setTimeout(180_000);

const READERS = 16;
const adminPassword = 'correct horse battery staple';

// What happens to connections is the same on every database.
const onSqlite = databaseUnderTest() === 'sqlite' ? describe : describe.skip;

onSqlite('an instance that is told to end while it is read from', () => {
  let directory: string;
  let server: ChildProgram;
  let credential: string;
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'promptd-shutdown-'));
    const environment = { PORT: '0', PROMPTD_ADMIN_PASSWORD: adminPassword };
    server = await startProgram({ cwd: directory, environment });
    const admin = await HttpClient.logIn(server.url, {
      username: 'admin',
      password: adminPassword,
    });
    await admin.send('POST', '/v1/projects', { name: 'p' });
    const content = { kind: 'text', text: 'Read me.' };
    await admin.send('POST', '/v1/projects/p/prompts/q/versions', { content, version: '1.0.0' });
    const made = await admin.send('POST', '/v1/projects/p/keys', { name: 'reader' });
    credential = String(made.body.key);
  });
  afterEach(async () => {
    await endPrograms();
    rmSync(directory, { recursive: true, force: true });
  });

  async function get(agent: Agent, path: string) {
    const headers = { Authorization: `Bearer ${credential}` };
    const sent = request(server.url + path, { agent, headers }).end();
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of answer) chunks.push(chunk as Buffer);
    return {
      status: answer.statusCode,
      closes: answer.headers.connection === 'close',
      body: Buffer.concat(chunks).toString(),
    };
  }

  it.each([
    ['the front', '/v1/projects/p/prompts/q/versions/latest'],
    ['the framework', '/v1/projects/p/prompts/q'],
  ])('answers everything that %s was asked until nobody asks any more', async (_, path) => {
    const agent = new Agent({ keepAlive: true, maxSockets: READERS });
    let asking = true;
    const wrong: unknown[] = [];
    const counted = { open: 0, closing: 0 };
    const readers = together(READERS, async () => {
      while (asking) {
        const answer = await get(agent, path).catch((error: unknown) => error as Error);
        if (answer instanceof Error || answer.status !== 200) wrong.push(answer);
        else counted[answer.closes ? 'closing' : 'open'] += 1;
      }
    });
    await until(
      () => nextTurn(counted.open),
      (open) => open > 100,
    );

    const ended = server.stop('SIGTERM');
    // As a balancer does, which looks at /ready and goes elsewhere.
    const prober = new HttpClient(server.url);
    await until(
      () => prober.send('GET', '/ready'),
      ({ status }) => status === 503,
    );
    await until(
      () => nextTurn(counted.closing),
      (closing) => closing > 100,
    );
    asking = false;
    await readers;
    const { code, stderr } = await ended;

    expect(wrong).toEqual([]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    agent.destroy();
  });
});
