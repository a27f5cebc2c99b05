import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { type ConnectionLimits, connectionLimits } from '../../src/platform/http/index.js';
import { databaseUnderTest } from '../support/fresh-database.js';
import {
  type StandaloneApplication,
  standaloneApplication,
} from '../support/standalone-application.js';
import { until } from '../support/until.js';

// What happens to connections is the same on every database.
const onSqlite = databaseUnderTest() === 'sqlite' ? describe : describe.skip;

onSqlite('connections that callers hold', () => {
  let standalone: StandaloneApplication | undefined;
  let url: URL;
  const sockets: Socket[] = [];

  /** An application with these bounds. */
  async function start(limits: Partial<ConnectionLimits>) {
    standalone = await standaloneApplication({
      connectionLimits: { ...connectionLimits, ...limits },
    });
    url = new URL(await standalone.application.listen());
    return standalone.application;
  }
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await standalone?.close();
    standalone = undefined;
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

  async function openConnections(): Promise<number> {
    const server = standalone!.application.nest.getHttpServer();
    return promisify(server.getConnections.bind(server))();
  }

  it('do not keep a stop from its end, and from what comes after them', async () => {
    const application = await start({ endWithinMs: 200 });
    await sent('GET /live HTTP/1.1\r\nHost: x\r\n');
    const half = await sent(`${halfBody}Content-Length: 9\r\nExpect: 100-continue\r\n\r\n`);
    await once(half, 'data');
    half.write('{"user');
    await sent(unread);
    await until(openConnections, (open) => open === 3);

    await application.close();

    expect(await openConnections()).toBe(0);
    standalone = undefined;
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
