import type { ServerResponse } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ChildProgram, endPrograms, startProgram } from '../support/child-program.js';
import { adminCredentials } from '../support/fresh-application.js';
import { databaseUnderTest, type FreshDatabase, freshDatabase } from '../support/fresh-database.js';
import { HttpClient, type Json, together } from '../support/http-client.js';
import { RawDatabase } from '../support/raw-database.js';
import { until } from '../support/until.js';
import { type Received, WebhookReceiver } from '../support/webhook-receiver.js';

// The first test of a run waits for the build.
jest.setTimeout(180_000);

const project = '/v1/projects/shared';
const onServers = databaseUnderTest() === 'sqlite' ? it.skip : it;

let directory: string;
let database: FreshDatabase;
let receiver: WebhookReceiver;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'promptd-webhooks-'));
  database = await freshDatabase();
  receiver = await WebhookReceiver.start();
});
afterEach(async () => {
  await endPrograms();
  await receiver.close();
  await database.drop();
  await rm(directory, { recursive: true });
});

const start = () =>
  startProgram({
    cwd: directory,
    environment: {
      PORT: '0',
      DATABASE_URL: database.url,
      PROMPTD_SIGNING_KEY: Buffer.alloc(32, 7).toString('base64'),
      PROMPTD_SECRET_KEY: Buffer.alloc(32, 8).toString('base64'),
      PROMPTD_ADMIN_PASSWORD: adminCredentials.password,
      PROMPTD_OUTBOUND_ALLOW: '127.0.0.1',
      PROMPTD_RATE_LIMIT_WRITES: '0',
    },
  });

const logIn = ({ url }: ChildProgram) => HttpClient.logIn(url, adminCredentials);

async function makeWebhook(admin: HttpClient, path: string): Promise<string> {
  const body = { url: receiver.url + path, events: ['prompt.version.published'] };
  return String((await admin.send('POST', `${project}/webhooks`, body)).body.id);
}

async function publish(admin: HttpClient, name: string): Promise<void> {
  const body = { content: { kind: 'text', text: name }, version: '1.0.0' };
  const { status } = await admin.send('POST', `${project}/prompts/${name}/versions`, body);
  expect(status).toBe(201);
}

const deliveriesOf = async (admin: HttpClient, id: string): Promise<readonly Json[]> =>
  (await admin.send('GET', `${project}/webhooks/${id}/deliveries?limit=200`)).body.items;

/** As if the time of whoever is sending had passed. */
async function endClaims(): Promise<void> {
  const raw = await RawDatabase.open(database);
  await raw.run('UPDATE webhooks SET claimed_until = 1');
  await raw.close();
}

const placeOf = ({ body }: Received) => Number(body.data.revision);
const idsOf = (messages: readonly Received[]) =>
  messages.map(({ headers }) => headers['webhook-id']);
const ascending = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b);

onServers('two instances send each message once, and each webhook its own in order', async () => {
  const [left, right] = await Promise.all([start(), start()]);
  const admin = await logIn(left);
  await admin.send('POST', '/v1/projects', { name: 'shared' });
  const paths = ['/one', '/two', '/three', '/four'];
  for (const path of paths) await makeWebhook(admin, path);

  await together(30, async (index) =>
    publish(admin.at(index % 2 === 0 ? left.url : right.url), `prompt-${index}`),
  );
  for (const path of paths) {
    const messages = await receiver.arrived(path, 30);
    expect(new Set(idsOf(messages)).size).toBe(30);
    const places = messages.map(placeOf);
    expect(places).toEqual(ascending(places));
  }
  expect(receiver.mostAtOnce).toBe(1);
  const audit = await until(
    () => admin.send('GET', `${project}/audit?type=prompt.version.published&total=true&limit=1`),
    ({ body }) => body.total === 30,
  );
  expect(audit.body.total).toBe(30);
  expect(receiver.received).toHaveLength(120);
});

onServers('what a killed instance was sending is sent again by another, in order', async () => {
  const [left, right] = await Promise.all([start(), start()]);
  const admin = await logIn(left);
  await admin.send('POST', '/v1/projects', { name: 'shared' });
  const id = await makeWebhook(admin, '/hook');
  receiver.respond = () => undefined;
  await publish(admin, 'first');
  await publish(admin, 'second');
  await receiver.arrived('/hook', 1);
  receiver.reset();
  await left.stop('SIGKILL');
  await publish(admin.at(right.url), 'third');
  await endClaims();

  const messages = await receiver.arrived('/hook', 3);
  expect(messages.map(({ body }) => body.data.prompt)).toEqual(['first', 'second', 'third']);
  const log = await until(
    () => deliveriesOf(admin.at(right.url), id),
    (items) => items.every(({ status }) => status === 'delivered'),
  );
  expect(log).toHaveLength(3);
});

it('an instance that is told to stop ends what it is sending, and leaves the rest', async () => {
  const held: ServerResponse[] = [];
  const first = await start();
  const admin = await logIn(first);
  await admin.send('POST', '/v1/projects', { name: 'shared' });
  const id = await makeWebhook(admin, '/hook');
  receiver.respond = (_message, response) => void held.push(response);
  await publish(admin, 'first');
  await publish(admin, 'second');
  await receiver.arrived('/hook', 1);
  const ending = first.stop('SIGINT');
  await until(
    () => Promise.resolve(first.output()),
    (printed) => printed.includes('"msg":"stopping"'),
  );
  held[0]!.writeHead(204).end();
  expect(await ending).toMatchObject({ code: 0 });
  expect(receiver.received).toHaveLength(1);

  const taken = receiver.received[0]!;
  receiver.reset();
  const again = await logIn(await start());
  const [second] = await receiver.arrived('/hook', 1);
  expect(second!.body.data.prompt).toBe('second');
  const log = await until(
    () => deliveriesOf(again, id),
    (items) => items.every(({ status }) => status === 'delivered'),
  );
  expect(log).toMatchObject([{ attemptCount: 1 }, { attemptCount: 1, id: idsOf([taken])[0] }]);
});
