import { Webhook } from 'standardwebhooks';
import { freshApplication, type FreshApplication } from '../support/fresh-application.js';
import { problem } from '../support/expect-problem.js';
import { type Received, status, WebhookReceiver } from '../support/webhook-receiver.js';
import { WebhookWorkspace } from '../support/webhook-workspace.js';
import { until } from '../support/until.js';

jest.setTimeout(60_000);

const minute = 60_000;
const hour = 60 * minute;

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

describe('a message', () => {
  it('arrives by itself, signed, after a publish', async () => {
    const { id, secret } = await space.make('/signed', versionsOnly);
    const { digest } = await space.prompts.publish('greeting', '1.0.0');
    // Nobody asks for it to be sent.
    const log = await until(
      () => space.deliveries(id),
      ([delivery]) => delivery?.status === 'delivered',
    );
    const [message] = receiver.at('/signed');

    expect(verified(secret, message!)).toEqual({
      type: 'prompt.version.published',
      timestamp: expect.stringMatching(/Z$/),
      data: {
        project: space.prompts.project,
        revision: expect.any(Number),
        position: expect.any(Number),
        subject: { type: 'version', id: expect.any(String), name: 'greeting@1.0.0' },
        ...{ prompt: 'greeting', version: '1.0.0', ordinal: 1 },
        ...{ before: null, after: digest },
        actor: { kind: 'user', name: 'admin' },
      },
    });
    expect(message!.headers).toMatchObject({ 'content-type': 'application/json' });
    expect(log).toEqual([
      expect.objectContaining({
        id: message!.headers['webhook-id'],
        status: 'delivered',
        attemptCount: 1,
        attempts: [expect.objectContaining({ status: 204, error: null })],
        nextAttemptAt: null,
      }),
    ]);
  });

  it('is sent to each webhook that wants it, and tells of nothing from before', async () => {
    await publish('early');
    await space.make('/all');
    await space.make('/labels', { events: ['prompt.label.*'] });
    await space.make('/support', { events: ['prompt.version.*'], prompts: ['support/*'] });
    await space.prompts.publish('greeting', '1.0.0', { labels: ['staging'] });
    await publish('support/refund');

    expect(subjects(receiver.at('/labels'))).toEqual(['greeting@staging']);
    expect(subjects(receiver.at('/support'))).toEqual(['support/refund@1.0.0']);
    expect(subjects(receiver.at('/all'))).toEqual([
      ...['greeting', 'greeting@1.0.0', 'greeting@staging'],
      ...['support/refund', 'support/refund@1.0.0'],
    ]);
  });

  it('is never sent of what happens to people, keys, credentials and webhooks', async () => {
    const { id } = await space.make('/never');
    const key = await space.prompts.makeKey({ verbs: ['read'] });
    await space.prompts.signInAs('viewer');
    await space.prompts.request('get', '/members', key).expect(403);
    const credential = { name: 'main', provider: 'openai', secret: 'a secret of some length' };
    await space.prompts.request('post', '/credentials').send(credential).expect(201);
    await space.update(id, { description: 'changed' });
    await space.send();

    expect(receiver.at('/never')).toEqual([]);
    expect(await space.deliveries(id)).toEqual([]);
  });

  it('is signed with the secret before too, for as long as was asked', async () => {
    const { id, secret } = await space.make('/rotated', versionsOnly);
    const rotate = (body: object) =>
      space.prompts.request('post', `/webhooks/${id}/rotate-secret`).send(body).expect(200);
    const { body: rotated } = await rotate({ overlapSeconds: 3600 });
    await publish('one');
    await space.send(Date.parse(String(rotated.previousSecretExpiresAt)));
    await publish('two');
    const { body: last } = await rotate({ overlapSeconds: 0 });
    await publish('three');

    const [one, two, three] = receiver.at('/rotated');
    for (const both of [one!, two!]) {
      expect(verified(secret, both)).toEqual(verified(String(rotated.secret), both));
    }
    expect(() => verified(String(rotated.secret), three!)).toThrow('No matching');
    expect(verified(String(last.secret), three!)).toEqual(three!.body);
    expect(last.previousSecretExpiresAt).toBeNull();
  });
});

describe('a webhook that fails', () => {
  it('is tried again by the schedule, always with the oldest message, until it takes it', async () => {
    const { id } = await space.make('/failing', versionsOnly);
    await space.make('/healthy', versionsOnly);
    receiver.respondAt.set('/failing', status(500));
    await publish('one', 'two', 'three');

    const first = receiver.at('/failing')[0]!;
    // On a busy machine the first retry comes by itself before it is asked for.
    while (receiver.at('/failing').length < 4) await space.sendNext(id);
    const [failing] = await space.deliveries(id);
    const attempts = failing.attempts as readonly { at: string }[];
    const times = attempts.map(({ at }) => Date.parse(at));
    for (const [index, rough] of [5_000, 5 * minute, 30 * minute].entries()) {
      const waitMs = times[index + 1]! - times[index]!;
      expect(waitMs).toBeGreaterThanOrEqual(rough);
      expect(waitMs).toBeLessThanOrEqual(rough * 1.1 + 10_000);
    }
    expect(new Set(subjects(receiver.at('/failing')))).toEqual(new Set(['one@1.0.0']));
    expect(subjects(receiver.at('/healthy'))).toEqual(['one@1.0.0', 'two@1.0.0', 'three@1.0.0']);
    expect(await space.get(id)).toMatchObject({ active: true, pending: 3 });

    receiver.reset();
    await space.sendNext(id);
    const taken = receiver.at('/failing');
    expect(subjects(taken)).toEqual(['one@1.0.0', 'two@1.0.0', 'three@1.0.0']);
    expect(taken[0]).toMatchObject({
      text: first.text,
      headers: { 'webhook-id': first.headers['webhook-id'] },
    });
    expect(await space.deliveries(id)).toEqual([
      expect.objectContaining({ status: 'delivered', attemptCount: 5 }),
      expect.objectContaining({ status: 'delivered', attemptCount: 1 }),
      expect.objectContaining({ status: 'delivered', attemptCount: 1 }),
    ]);
    expect(await space.get(id)).toMatchObject({ pending: 0, nextAttemptAt: null });
  });

  it('is switched off after three days, and goes on when it is switched on', async () => {
    const { id } = await space.make('/dead', versionsOnly);
    receiver.respond = status(503);
    await publish('one', 'two');
    const begunMs = Date.now();
    let lastMs = begunMs;
    while ((await space.get(id)).active) lastMs = await space.sendNext(id);

    expect(lastMs - begunMs).toBeGreaterThan(75 * hour);
    expect(lastMs - begunMs).toBeLessThan(84 * hour);
    expect(await space.get(id)).toMatchObject({
      ...{ active: false, pending: 1, nextAttemptAt: null },
      disabled: { reason: 'failing', at: new Date(lastMs).toISOString() },
    });
    const [failed] = await space.deliveries(id, '&status=failed');
    expect(failed).toMatchObject({ attemptCount: 10, status: 'failed' });
    expect(failed.attempts).toHaveLength(10);
    receiver.reset();
    await publish('three');
    await space.send(lastMs + 100 * hour);
    expect(receiver.at('/dead')).toEqual([]);
    await space.redeliver(id, failed.id).expect(problem(409, 'webhook-disabled'));

    expect(await space.update(id, { active: true })).toMatchObject({
      active: true,
      disabled: null,
    });
    await space.send();
    expect(subjects(receiver.at('/dead'))).toEqual(['two@1.0.0', 'three@1.0.0']);
    await space.redeliver(id, failed.id).expect(200);
    await space.send();
    expect(subjects(receiver.at('/dead')).at(-1)).toBe('one@1.0.0');
    expect(receiver.at('/dead').at(-1)!.headers['webhook-id']).toBe(failed.id);
  });

  it('is tried at once, with all tries before it, when it is switched on or moved', async () => {
    const { id } = await space.make('/broken', versionsOnly);
    receiver.respond = status(500);
    await publish('one');
    await space.sendNext(id);
    const { nextAttemptAt } = await space.get(id);
    expect(await space.update(id, { description: 'known' })).toMatchObject({ nextAttemptAt });

    const before = receiver.at('/broken').length;
    await space.update(id, { active: false });
    await space.update(id, { active: true });
    await space.send();
    expect(receiver.at('/broken')).toHaveLength(before + 1);
    await space.update(id, { url: `${receiver.url}/repaired` });
    await space.send();
    expect(receiver.at('/repaired')).toHaveLength(1);
    const waitMs = Date.parse((await space.get(id)).nextAttemptAt) - Date.now();
    expect(waitMs).toBeLessThanOrEqual(5_500);
    expect(await space.deliveries(id)).toMatchObject([{ attemptCount: before + 2 }]);
  });

  it('is switched off at once by 410, which the audit trail tells', async () => {
    const { id } = await space.make('/gone', versionsOnly);
    receiver.respond = status(410);
    await publish('one', 'two');

    expect(receiver.at('/gone')).toHaveLength(1);
    expect(await space.get(id)).toMatchObject({ active: false, disabled: { reason: 'gone' } });
    const path = '/audit?type=webhook.disabled';
    const { body } = await until(
      () => space.prompts.request('get', path).then((answer) => answer),
      (answer) => answer.body.items.length === 1,
    );
    expect(body.items[0]).toMatchObject({
      actor: { kind: 'system', name: 'webhooks' },
      data: { reason: 'gone' },
    });
  });

  it('is left alone for as long as it asks, up to an hour', async () => {
    const { id } = await space.make('/busy', versionsOnly);
    receiver.respond = status(429, { 'Retry-After': '600' });
    await publish('one');
    const waitMs = async () => Date.parse((await space.get(id)).nextAttemptAt) - Date.now();
    expect(await waitMs()).toBeGreaterThan(9 * minute);
    expect(await waitMs()).toBeLessThanOrEqual(10 * minute);

    receiver.respond = status(503, { 'Retry-After': '999999' });
    const atMs = await space.sendNext(id);
    const next = Date.parse((await space.get(id)).nextAttemptAt);
    expect(next - atMs).toBe(hour);
  });

  it('is not followed when it sends elsewhere', async () => {
    const { id } = await space.make('/moved', versionsOnly);
    receiver.respond = status(307, { Location: `${receiver.url}/elsewhere` });
    await publish('one');

    expect(receiver.at('/elsewhere')).toEqual([]);
    const [delivery] = await space.deliveries(id);
    expect(delivery).toMatchObject({ status: 'pending', attempts: [{ status: 307, error: null }] });
  });

  it('has failed when it answers without an end or hangs up', async () => {
    const { id } = await space.make('/large', versionsOnly);
    const other = await space.make('/rude', versionsOnly);
    receiver.respondAt.set('/large', (_message, response) => {
      response.on('error', () => undefined).end('x'.repeat(1024 * 1024));
    });
    receiver.respondAt.set('/rude', (_message, response) => response.destroy());
    await publish('one');

    const attempts = [...(await space.deliveries(id)), ...(await space.deliveries(other.id))];
    expect(attempts).toMatchObject([
      { attempts: [{ status: null, error: 'answer-too-large' }] },
      { attempts: [{ status: null, error: 'connection-failed' }] },
    ]);
  });
});

describe('a message that was sent', () => {
  it('is sent again on request, under the same id, before what is waiting', async () => {
    const { id } = await space.make('/again', versionsOnly);
    await publish('one');
    const [one] = await space.deliveries(id);
    receiver.respond = status(500);
    await publish('two');
    await space.redeliver(id, one.id).expect(200);
    await space.send();
    receiver.reset();
    await space.sendNext(id);

    expect(receiver.at('/again').map(({ headers }) => headers['webhook-id'])[0]).toBe(one.id);
    expect(subjects(receiver.at('/again'))).toEqual(['one@1.0.0', 'two@1.0.0']);
  });
});
