import { freshApplication, type FreshApplication } from '../support/fresh-application.js';
import { fault, problem } from '../support/expect-problem.js';
import { listEverything, PromptWorkspace } from '../support/prompt-workspace.js';
import { eventsOf } from '../support/people.js';
import { until } from '../support/until.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';
import { queryRaw } from '../support/written-rows.js';

let app: FreshApplication;
let space: PromptWorkspace;
let other: PromptWorkspace;
/** Every text that was answered, apart from those that show a secret. */
let answers: string[];

beforeAll(async () => {
  app = await freshApplication({ PROMPTD_RATE_LIMIT_WRITES: '0' });
  other = await PromptWorkspace.create(app);
});
afterAll(() => app.close());
beforeEach(async () => {
  space = await PromptWorkspace.create(app);
  answers = [];
});

const url = 'https://receiver.invalid/hook?token=in-the-address';

async function make(fields: object = {}, workspace = space) {
  const made = await workspace.request('post', '/webhooks').send({ url, ...fields });
  if (made.status !== 201) throw new Error(made.text);
  return made.body;
}

async function get(id: string) {
  const answer = await space.request('get', `/webhooks/${id}`).expect(200);
  answers.push(answer.text);
  return answer.body;
}

describe('webhooks', () => {
  it('are made with a secret that no later answer, event or log line holds', async () => {
    const { secret, ...made } = await make({ description: 'cache' });

    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{64}$/);
    expect(made).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      ...{ url, events: ['*'], prompts: ['*'], description: 'cache' },
      ...{ active: true, disabled: null, pending: 0, nextAttemptAt: null },
      secretLastFour: String(secret).slice(-4),
      previousSecretExpiresAt: null,
      createdAt: expect.stringMatching(/Z$/),
      createdBy: { kind: 'user', id: expect.any(String), name: 'admin' },
      updatedAt: made.createdAt,
    });
    expect(await get(made.id)).toEqual(made);
    const rotated = await space.request('post', `/webhooks/${made.id}/rotate-secret`).send({});
    expect(rotated.body.secret).not.toBe(secret);
    const list = await space.request('get', '/webhooks').expect(200);
    expect(list.body.items).toEqual([await get(made.id)]);
    const [{ project_id: projectId } = {}] = await queryRaw(
      app,
      `SELECT project_id FROM webhooks WHERE id = '${String(made.id)}'`,
    );
    const events = await eventsOf(app, String(projectId));
    const types = events.map(({ type }) => type);
    expect(types).toEqual(expect.arrayContaining(['webhook.created', 'webhook.secret-rotated']));
    const told = [...answers, list.text, JSON.stringify(events), ...app.log].join('\n');
    for (const one of [secret, rotated.body.secret]) {
      expect(told).not.toContain(String(one).slice(6, 40));
    }
    expect(JSON.stringify(events)).not.toContain('in-the-address');
    const rows = await queryRaw(app, 'SELECT sealed FROM secrets');
    expect(JSON.stringify(rows)).not.toContain(secret);
  });

  it('are changed field by field, and an event tells of real changes only', async () => {
    const { id } = await make();
    const patch = (body: object) => space.request('patch', `/webhooks/${id}`).send(body);
    const changed = await patch({
      url: 'https://other.invalid/',
      events: ['prompt.*'],
      prompts: ['support/*'],
      description: 'new',
      active: false,
    }).expect(200);
    expect(changed.body).toMatchObject({
      ...{ url: 'https://other.invalid/', events: ['prompt.*'], prompts: ['support/*'] },
      ...{ description: 'new', active: false, disabled: { reason: 'paused' } },
    });

    const again = await patch({ active: false, description: 'new' }).expect(200);
    expect(again.body).toEqual(changed.body);
    const { body } = await patch({ description: null, active: true }).expect(200);
    expect(body).toMatchObject({ description: null, active: true, disabled: null });
  });

  it('keep a pattern from before the types of events were a list, and take no other such', async () => {
    const { id } = await make();
    const events = ['prompt.vers', 'prompt.*'];
    await queryRaw(
      app,
      `UPDATE webhooks SET events = '${JSON.stringify(events)}' WHERE id = '${String(id)}'`,
    );
    const patch = (body: object) => space.request('patch', `/webhooks/${id}`).send(body);
    expect((await space.request('get', `/webhooks/${id}`).expect(200)).body).toMatchObject({
      events,
    });
    const changed = await patch({ description: 'old' }).expect(200);
    expect(changed.body).toMatchObject({ events, active: true });
    await patch({ events: ['prompt.versions'] }).expect(problem(400, 'validation-failed'));
  });

  it('come in pages, oldest first, and end with a delete', async () => {
    const made = [await make(), await make(), await make()];
    const path = `/v1/projects/${space.project}/webhooks`;
    const ids = (await listEverything(app, path)).map(({ id }: { id: string }) => id);
    expect(ids).toEqual(made.map(({ id }) => id));

    const gone = String(ids[1]);
    await space.request('delete', `/webhooks/${gone}`).expect(204);
    await space.request('delete', `/webhooks/${gone}`).expect(problem(404, 'not-found'));
    await space.request('get', `/webhooks/${gone}`).expect(problem(404, 'not-found'));
    expect(await listEverything(app, path)).toHaveLength(2);
    expect(await queryRaw(app, `SELECT id FROM secrets WHERE owner_row = '${gone}'`)).toEqual([]);
  });

  it('are twenty per project at most, however many are asked for at once', async () => {
    for (let left = 18; left > 0; left -= 1) await make();
    const asked = Array.from({ length: 5 }, () => space.request('post', '/webhooks').send({ url }));
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    expect(statuses.toSorted()).toEqual([201, 201, 409, 409, 409]);
    await space.request('post', '/webhooks').send({ url }).expect(problem(409, 'webhook-limit'));
    await make({}, other);
  });

  it('are no others than those of the project', async () => {
    const { id } = await make({}, other);
    const none = '00000000-0000-7000-8000-000000000000';
    for (const wrong of [id, 'x', "'", '%00', none]) {
      const at = `/webhooks/${wrong}`;
      const calls = [
        space.request('get', at),
        space.request('patch', at).send({ active: false }),
        space.request('delete', at),
        space.request('post', `${at}/rotate-secret`).send({}),
        space.request('post', `${at}/ping`),
        space.request('get', `${at}/deliveries`),
        space.request('post', `${at}/deliveries/${none}/redeliver`),
      ];
      for (const call of calls) await call.expect(problem(404, 'not-found'));
    }
    const mine = await make();
    for (const wrong of [none, 'x']) {
      const at = `/webhooks/${mine.id}/deliveries/${wrong}/redeliver`;
      await space.request('post', at).expect(problem(404, 'not-found'));
    }
    await other.request('get', `/webhooks/${id}`).expect(200);
  });

  it('are not made in an archived project', async () => {
    await space.request('delete', '').expect(204);
    await space.request('post', '/webhooks').send({ url }).expect(problem(409, 'project-archived'));
  });
});

describe('an address', () => {
  it.each([
    ['http://receiver.invalid/', 'scheme-not-allowed'],
    ['ftp://receiver.invalid/', 'scheme-not-allowed'],
    ['https://user:secret@receiver.invalid/', 'userinfo-not-allowed'],
    ['https://127.0.0.1/', 'address-not-allowed'],
    ['https://2130706433/', 'address-not-allowed'],
    ['https://0x7f.1/', 'address-not-allowed'],
    ['https://10.0.0.1/', 'address-not-allowed'],
    ['https://169.254.169.254/latest/meta-data', 'address-not-allowed'],
    ['https://[::1]/', 'address-not-allowed'],
    ['https://[::ffff:10.0.0.1]/', 'address-not-allowed'],
    ['https://localhost/', 'address-not-allowed'],
    ['https://LOCALHOST./', 'address-not-allowed'],
    ['https://x.localhost/', 'address-not-allowed'],
    ['not a url', 'invalid-url'],
  ])('%s is refused as soon as it is given', async (wrong, code) => {
    const refused = problem(400, 'validation-failed', { errors: [fault('/url', code)] });
    await space.request('post', '/webhooks').send({ url: wrong }).expect(refused);
    const { id } = await make();
    await space.request('patch', `/webhooks/${id}`).send({ url: wrong }).expect(refused);
    const { text } = await space.request('post', '/webhooks').send({ url: wrong });
    expect(text).not.toContain('secret@');
  });
});

it('an address that leads inside by now is not called, and the log says so in our words', async () => {
  const receiver = await WebhookReceiver.start();
  try {
    const { id } = await make();
    // As if a name led there by now, or an allow-list had become shorter.
    const inside = receiver.url.replace('http', 'https');
    await queryRaw(app, `UPDATE webhooks SET url = '${inside}/inside' WHERE id = '${String(id)}'`);
    await space.publish('greeting', '1.0.0');
    const log = await until(
      async () => (await space.request('get', `/webhooks/${String(id)}/deliveries`)).body,
      ({ items }) => items.length === 2 && items[1].attemptCount > 0,
    );
    const first = log.items[1];
    expect(first).toMatchObject({
      status: 'pending',
      attempts: [{ status: null, error: 'address-not-allowed' }],
    });
    const ping = await space.request('post', `/webhooks/${String(id)}/ping`).expect(200);
    expect(ping.body).toMatchObject({ status: null, error: 'address-not-allowed' });
    const told = JSON.stringify([log, ping.body, app.log]);
    expect(told.includes(new URL(inside).host)).toBe(false);
    expect(receiver.received).toEqual([]);
  } finally {
    await receiver.close();
  }
});

describe('a request', () => {
  it.each([
    [{ url, secret: 'whsec_mine' }],
    [{ url, active: true }],
    [{ url, projectId: 'x' }],
    [{ url, pending: 3 }],
    [{ events: ['*'] }],
    [{ url, events: [] }],
    [{ url, events: ['key.*'] }],
    [{ url, events: ['prompt.published'] }],
    [{ url, prompts: ['UPPER'] }],
    [{ url, events: null }],
    [{ url: `https://receiver.invalid/${'x'.repeat(2048)}` }],
  ])('of %j is refused', async (body) => {
    await space.request('post', '/webhooks').send(body).expect(problem(400, 'validation-failed'));
  });

  it('for a list takes no cursor but its own, and no status that there is not', async () => {
    const { id } = await make();
    const at = `/webhooks/${id}/deliveries`;
    const cursor = (...key: readonly unknown[]) =>
      Buffer.from(JSON.stringify(['deliveries:', ...key])).toString('base64url');
    const wrong = [
      'nonsense',
      cursor('x', 1),
      cursor(1),
      cursor(1, 'x'),
      cursor(-1, 1),
      cursor(1, 2 ** 40),
    ];
    for (const one of wrong) {
      await space.request('get', `${at}?cursor=${one}`).expect(problem(400, 'invalid-cursor'));
    }
    await space.request('get', `${at}?status=lost`).expect(problem(400, 'validation-failed'));
  });
});
