import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { type ConnectionLimits, connectionLimits } from '../../src/platform/http/index.js';
import { EventStream } from '../support/event-stream.js';
import { databaseUnderTest } from '../support/fresh-database.js';
import { HttpClient } from '../support/http-client.js';
import {
  standaloneAdmin,
  type StandaloneApplication,
  standaloneApplication,
} from '../support/standalone-application.js';
import { until } from '../support/until.js';

// What happens to connections is the same on every database.
const onSqlite = databaseUnderTest() === 'sqlite' ? describe : describe.skip;

onSqlite('connections that callers hold', () => {
  let standalone: StandaloneApplication | undefined;
  let url: URL;
  let openConnections: () => Promise<number>;
  const sockets: Socket[] = [];

  /** An application with these bounds. */
  async function start(limits: Partial<ConnectionLimits>) {
    standalone = await standaloneApplication({
      connectionLimits: { ...connectionLimits, ...limits },
    });
    url = new URL(await standalone.application.listen());
    const server = standalone.application.nest.getHttpServer();
    openConnections = promisify(server.getConnections.bind(server));
  }
  async function stop() {
    await standalone?.close();
    standalone = undefined;
  }
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await stop();
  });

  async function sent(text: string): Promise<Socket> {
    const socket = connect(Number(url.port), url.hostname).on('error', () => undefined);
    sockets.push(socket);
    await once(socket, 'connect');
    socket.write(text);
    return socket;
  }

  const halfBody = 'POST /v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';
  const unread = 'GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(40);

  it('do not keep a stop from its end, and from what comes after them', async () => {
    await start({ endWithinMs: 200 });
    await sent('GET /live HTTP/1.1\r\nHost: x\r\n');
    const half = await sent(`${halfBody}Content-Length: 9\r\nExpect: 100-continue\r\n\r\n`);
    await once(half, 'data');
    half.write('{"user');
    await sent(unread);
    await until(openConnections, (open) => open === 3);

    await stop();

    expect(await openConnections()).toBe(0);
  });

  it('are not waited for by a stop when nothing is under way on them', async () => {
    // More than the time of a test.
    await start({ endWithinMs: 600_000 });
    const idle = await sent('GET /live HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(idle, 'data');
    const silent = await sent('');
    const admin = await HttpClient.logIn(url.origin, standaloneAdmin);
    await admin.send('POST', '/v1/projects', { name: 'p' });
    const { body } = await admin.send('POST', '/v1/projects/p/keys', { name: 'reader' });
    const stream = await EventStream.open(`${url.origin}/v1/projects/p/events`, String(body.key));
    await stream.until(() => stream.of('ready').length === 1);

    const ended = Promise.all([idle, silent].map(async (socket) => once(socket.resume(), 'close')));
    await stop();

    await ended;
    await stream.ended();
    expect(stream.isWhole).toBe(true);
  });

  it('are ended when nothing is taken of an answer, and not while one is worked on', async () => {
    await start({ unreadMs: 100, lookMs: 20 });
    const asking = await sent(`${halfBody}Content-Length: 2\r\nExpect: 100-continue\r\n\r\n`);
    await once(asking, 'data');
    await sent(unread);
    await until(openConnections, (open) => open === 2);

    await until(openConnections, (open) => open === 1);
    asking.write('{}');
    const [answer] = (await once(asking, 'data')) as [Buffer];

    expect(answer.toString()).toMatch(/^HTTP\/1\.1 400 /);
  });
});
