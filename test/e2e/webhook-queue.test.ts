import type { ServerResponse } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { freshApplication, type FreshApplication } from '../support/fresh-application.js';
import { problem } from '../support/expect-problem.js';
import { type Received, status, WebhookReceiver } from '../support/webhook-receiver.js';
import { WebhookWorkspace } from '../support/webhook-workspace.js';
import { queryRaw } from '../support/written-rows.js';

jest.setTimeout(60_000);

const hour = 60 * 60_000;

let app: FreshApplication;
let receiver: WebhookReceiver;
let space: WebhookWorkspace;

beforeAll(async () => {
  receiver = await WebhookReceiver.start();
  app = await freshApplication({
    PROMPTD_OUTBOUND_ALLOW: '127.0.0.1',
    PROMPTD_RATE_LIMIT_WRITES: '0',
  });
});
afterAll(async () => {
  await app.close();
  await receiver.close();
});
beforeEach(async () => {
  receiver.reset();
  space = await WebhookWorkspace.create(app, receiver);
});
afterEach(async () => {
  jest.restoreAllMocks();
  await space.end();
});

const subjects = (messages: readonly Received[]) =>
  messages.map(({ body }) => String(body.data.subject.name));
const verified = (secret: string, { text, headers }: Received) =>
  new Webhook(secret).verify(text, headers as Record<string, string>);

/** Publishes one version of each, all at once known to have been sent or tried. */
async function publish(...names: readonly string[]): Promise<void> {
  for (const name of names) await space.prompts.publish(name, '1.0.0');
  await space.send();
}

const versionsOnly = { events: ['prompt.version.*'] };

it('a paused webhook loses nothing', async () => {
  const { id } = await space.make('/paused', versionsOnly);
  await space.update(id, { active: false });
  await publish('one', 'two');
  expect(receiver.at('/paused')).toEqual([]);
  expect(await space.get(id)).toMatchObject({ disabled: { reason: 'paused' }, pending: 0 });

  await space.update(id, { active: true });
  await space.send();
  expect(subjects(receiver.at('/paused'))).toEqual(['one@1.0.0', 'two@1.0.0']);
});

it('a ping says what the receiver does, also to a paused webhook', async () => {
  const { id, secret } = await space.make('/ping', versionsOnly);
  await space.update(id, { active: false });
  const ping = () => space.prompts.request('post', `/webhooks/${id}/ping`).expect(200);
  const { body } = await ping();
  const [message] = receiver.at('/ping');

  expect(body).toMatchObject({ id: message!.headers['webhook-id'], status: 204, error: null });
  expect(verified(secret, message!)).toMatchObject({
    type: 'webhook.ping',
    data: { project: space.prompts.project, webhook: id },
  });
  receiver.respond = status(302, { Location: '/elsewhere' });
  expect((await ping()).body).toMatchObject({ status: 302 });
  expect(await space.deliveries(id)).toEqual([]);
});

it('a backlog of more than one batch arrives in order', async () => {
  const { id } = await space.make('/many', versionsOnly);
  receiver.respond = status(500);
  const names = Array.from({ length: 60 }, (_, index) => `prompt-${index}`);
  await publish(...names);
  expect(await space.get(id)).toMatchObject({ pending: 60 });

  receiver.reset();
  await space.sendNext(id);
  expect(subjects(receiver.at('/many'))).toEqual(names.map((name) => `${name}@1.0.0`));
});

it('no more than about a thousand deliveries wait for one webhook', async () => {
  const { id } = await space.make('/full', versionsOnly);
  receiver.respond = status(500);
  for (let unit = 0; unit < 3; unit += 1) await space.record(600, `unit-${unit}`);
  await space.send();
  expect(await space.get(id)).toMatchObject({ pending: 1200 });
  await space.prompts.request('delete', `/webhooks/${id}`).expect(204);
});

it('one that gives no answer holds up no other, and is asked once at a time', async () => {
  const held: ServerResponse[] = [];
  receiver.respondAt.set('/slow', (_message, response) => void held.push(response));
  const slow = await space.make('/slow', versionsOnly);
  await space.make('/quick', versionsOnly);
  for (const name of ['one', 'two', 'three']) await space.prompts.publish(name, '1.0.0');
  await receiver.arrived('/quick', 3);
  await receiver.arrived('/slow', 1);

  expect(subjects(receiver.at('/slow'))).toEqual(['one@1.0.0']);
  receiver.respondAt.clear();
  held[0]!.writeHead(204).end();
  await receiver.arrived('/slow', 3);
  await space.send();
  expect(receiver.mostAtOnce).toBe(1);
  expect(await space.get(slow.id)).toMatchObject({ pending: 0 });
});

describe('while a message is being sent', () => {
  let held: ServerResponse[];
  let id: string;

  beforeEach(async () => {
    held = [];
    receiver.respondAt.set('/held', (_message, response) => void held.push(response));
    ({ id } = await space.make('/held', versionsOnly));
    await space.prompts.publish('one', '1.0.0');
    await receiver.arrived('/held', 1);
    await space.prompts.publish('two', '1.0.0');
  });

  async function release(): Promise<void> {
    receiver.respondAt.clear();
    for (const response of held) response.writeHead(204).end();
    await space.send();
  }

  it('a pause lets it end and sends nothing after it', async () => {
    await space.update(id, { active: false });
    await release();
    expect(receiver.at('/held')).toHaveLength(1);
    const [one] = await space.deliveries(id);
    expect(one).toMatchObject({ status: 'delivered', attemptCount: 1 });

    await space.update(id, { active: true });
    await space.send();
    expect(subjects(receiver.at('/held'))).toEqual(['one@1.0.0', 'two@1.0.0']);
  });

  it('a delete sends nothing after it', async () => {
    await space.prompts.request('delete', `/webhooks/${id}`).expect(204);
    await release();
    await space.sweep();
    expect(receiver.at('/held')).toHaveLength(1);
    expect(await queryRaw(app, `SELECT id FROM webhooks WHERE id = '${id}'`)).toEqual([]);
  });

  it('nobody writes down what became of it who has lost the claim meanwhile', async () => {
    const claim = `claimed_by = 'somebody', claimed_until = ${Date.now() + hour}`;
    await queryRaw(app, `UPDATE webhooks SET ${claim} WHERE id = '${id}'`);
    await release();
    const [one] = await space.deliveries(id);
    expect(one).toMatchObject({ status: 'pending', attemptCount: 0 });
    expect(receiver.at('/held')).toHaveLength(1);
  });

  it('it is sent again when that is asked for meanwhile and it failed', async () => {
    const [one] = await space.deliveries(id);
    await space.redeliver(id, one.id).expect(200);
    receiver.respondAt.clear();
    for (const response of held) response.writeHead(500).end();
    await space.send();
    const log = await space.deliveries(id);
    expect(log[0]).toMatchObject({ status: 'pending', attemptCount: 1 });
    await space.sendNext(id);
    expect(subjects(receiver.at('/held'))).toEqual(['one@1.0.0', 'one@1.0.0', 'two@1.0.0']);
  });
});

it('a secret that cannot be opened is replaced, and then everything is sent', async () => {
  const { id } = await space.make('/damaged', versionsOnly);
  await queryRaw(app, `UPDATE secrets SET sealed = 'damaged' WHERE owner_row = '${id}'`);
  await publish('one');
  expect(receiver.at('/damaged')).toEqual([]);
  expect(await space.deliveries(id)).toMatchObject([
    { status: 'pending', attempts: [{ status: null, error: 'secret-unavailable' }] },
  ]);
  const rotate = (body: object) =>
    space.prompts.request('post', `/webhooks/${id}/rotate-secret`).send(body);
  await rotate({}).expect(problem(409, 'secret-damaged'));
  const { body } = await rotate({ overlapSeconds: 0 }).expect(200);
  await space.sendNext(id);
  const [message] = receiver.at('/damaged');
  expect(verified(String(body.secret), message!)).toEqual(message!.body);
});

it('a claim of an instance that is gone is taken over when it ends, and not before', async () => {
  const { id } = await space.make('/claimed', versionsOnly);
  const untilMs = Date.now() + hour;
  const claim = `claimed_by = 'somebody', claimed_until = ${untilMs}`;
  await queryRaw(app, `UPDATE webhooks SET ${claim} WHERE id = '${id}'`);
  await publish('one');
  await space.send(untilMs - 1);
  expect(receiver.at('/claimed')).toEqual([]);

  await space.send(untilMs + 1);
  expect(subjects(receiver.at('/claimed'))).toEqual(['one@1.0.0']);
  expect(await space.deliveries(id)).toMatchObject([{ status: 'delivered' }]);
});

it('what is of no more use is removed: old deliveries, and what a deleted webhook leaves', async () => {
  const kept = await space.make('/kept', versionsOnly);
  const gone = await space.make('/gone', versionsOnly);
  const rotated = await space.prompts
    .request('post', `/webhooks/${kept.id}/rotate-secret`)
    .send({ overlapSeconds: 60 });
  await publish('one');
  receiver.respond = status(500);
  await publish('two');
  await space.prompts.request('delete', `/webhooks/${gone.id}`).expect(204);
  const rowsOf = async (table: string, column: string, { id }: { id: string }) =>
    (await queryRaw(app, `SELECT id FROM ${table} WHERE ${column} = '${id}'`)).length;
  expect(await rowsOf('secrets', 'owner_row', kept)).toBe(2);

  await space.sweep();
  expect(await rowsOf('webhooks', 'id', gone)).toBe(0);
  expect(await rowsOf('webhook_deliveries', 'webhook_id', gone)).toBe(0);
  expect(await space.deliveries(kept.id)).toHaveLength(2);
  await space.sweep(Date.now() + 29 * 24 * hour);
  expect(await rowsOf('secrets', 'owner_row', kept)).toBe(1);
  expect(await space.get(kept.id)).toMatchObject({
    secretLastFour: rotated.body.secretLastFour,
    previousSecretExpiresAt: null,
  });
  expect(await space.deliveries(kept.id)).toHaveLength(2);
  await space.sweep(Date.now() + 31 * 24 * hour);
  expect(await space.deliveries(kept.id)).toMatchObject([{ status: 'pending' }]);
});

it('the metrics count attempts by what became of them', async () => {
  await space.make('/counted', versionsOnly);
  await publish('one');
  const { text } = await app.as(null, 'get', '/metrics').expect(200);
  expect(text).toMatch(/promptd_webhook_attempts_total\{outcome="delivered"\} [1-9]/);
});
