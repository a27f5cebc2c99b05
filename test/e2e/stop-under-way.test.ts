import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type IncomingMessage, request, type RequestOptions } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ChildProgram, endPrograms, startProgram } from '../support/child-program.js';
import { databaseUnderTest } from '../support/fresh-database.js';
import { HttpClient, together } from '../support/http-client.js';
import { until } from '../support/until.js';

// The first test of a run waits for the build.
jest.setTimeout(180_000);

const credentials = { username: 'admin', password: 'correct horse battery staple' };

// What happens to connections is the same on every database.
const onSqlite = databaseUnderTest() === 'sqlite' ? describe : describe.skip;

onSqlite('a stop', () => {
  let directory: string;
  let server: ChildProgram;
  let admin: HttpClient;
  let key: string;
  const sockets: Socket[] = [];

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'promptd-stop-'));
    const environment = { PORT: '0', PROMPTD_ADMIN_PASSWORD: credentials.password };
    server = await startProgram({ cwd: directory, environment });
    admin = await HttpClient.logIn(server.url, credentials);
    await admin.send('POST', '/v1/projects', { name: 'p' });
    const made = await admin.send('POST', '/v1/projects/p/keys', { name: 'reader' });
    key = String(made.body.key);
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await endPrograms();
    rmSync(directory, { recursive: true, force: true });
  });

  /** A connection of its own, on which this was sent. */
  async function sent(text: string): Promise<Socket> {
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname).on('error', () => undefined);
    sockets.push(socket);
    await once(socket, 'connect');
    socket.write(text);
    return socket;
  }

  const ask = (method: string, path: string, options: RequestOptions = {}) =>
    request(server.url + path, { method, agent: false, ...options });

  const isRefused = async () =>
    new HttpClient(server.url).send('GET', '/live').then(
      () => false,
      () => true,
    );

  it('sends an answer to its end that is read slowly', async () => {
    const content = { kind: 'text', text: 'x'.repeat(250_000) };
    const version = { content, version: '1.0.0' };
    await together(30, (index) =>
      admin.send('POST', `/v1/projects/p/prompts/q${index}/versions`, version),
    );
    const items = Array.from({ length: 30 }, (_, index) => ({
      prompt: `q${index}`,
      selector: '1.0.0',
    }));
    const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' };
    const reading = ask('POST', '/v1/projects/p/prompts/batch-get', { headers });
    reading.end(JSON.stringify({ items }));
    const [answer] = (await once(reading, 'response')) as [IncomingMessage];

    const ended = server.stop('SIGINT');
    await until(isRefused, Boolean);
    let bytes = 0;
    for await (const chunk of answer) bytes += (chunk as Buffer).length;

    expect([answer.complete, answer.statusCode]).toEqual([true, 200]);
    expect(bytes).toBe(Number(answer.headers['content-length']));
    expect(bytes).toBeGreaterThan(7_000_000);
    const { code, stderr } = await ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('answers requests that were arriving, and ends their connections with the answer', async () => {
    const text = JSON.stringify(credentials);
    const login = ask('POST', '/v1/auth/login', {
      headers: {
        'Content-Type': 'application/json',
        'Content-Length': text.length,
        Connection: 'keep-alive',
        Expect: '100-continue',
      },
    });
    login.flushHeaders();
    await once(login, 'continue');

    const halfHead = await sent('GET /live HTTP/1.1\r\nHost: x\r\n');

    const ended = server.stop('SIGINT');
    await until(isRefused, Boolean);
    halfHead.write('\r\n');
    const [live] = (await once(halfHead, 'data')) as [Buffer];
    login.end(text);
    const [answer] = (await once(login, 'response')) as [IncomingMessage];
    answer.resume();
    await once(answer, 'end');

    expect(live.toString()).toMatch(/^HTTP\/1\.1 200 OK\r\n([^]+\r\n)?Connection: close\r\n/);
    expect([answer.statusCode, answer.headers.connection]).toEqual([200, 'close']);
    expect((await ended).code).toBe(0);
  });
});
