import { randomUUID } from 'node:crypto';
import { CONFIG, type Config } from '../../src/platform/config/index.js';
import { problem } from '../support/expect-problem.js';
import {
  type FreshApplication,
  freshApplication,
  type Method,
} from '../support/fresh-application.js';
import { HttpClient, outcomes, together } from '../support/http-client.js';
import { eventsOf, logIn, newMember } from '../support/people.js';
import { PromptWorkspace, uniqueName } from '../support/prompt-workspace.js';
import { RawDatabase } from '../support/raw-database.js';
import { queryRaw } from '../support/written-rows.js';

let app: FreshApplication;
let work: PromptWorkspace;
let key: string;

beforeAll(async () => {
  app = await freshApplication();
});
afterAll(() => app.close());
beforeEach(async () => {
  work = await PromptWorkspace.create(app);
  key = randomUUID();
  await queryRaw(app, 'DELETE FROM idempotency_keys');
});

const wording = (text: string) => ({ kind: 'text', text });
const content = wording('Hello');

const keyed = (method: Method, path: string, token?: string) =>
  work.request(method, path, token).set('Idempotency-Key', key);
const publish = (body: object = { content, bump: 'auto' }, token?: string) =>
  keyed('post', '/prompts/p/versions', token).send(body);

async function records(): Promise<readonly Readonly<Record<string, unknown>>[]> {
  return queryRaw(app, 'SELECT * FROM idempotency_keys');
}

async function versionCount(name = 'p'): Promise<number> {
  const { body } = await work.prompt('get', name).expect(200);
  return body.versionCount;
}

/** As if so much time had passed since the requests so far. */
const age = (ms: number) =>
  queryRaw(
    app,
    `UPDATE idempotency_keys SET created_at = created_at - ${ms}, expires_at = expires_at - ${ms}`,
  );

describe('a request that is sent again with its Idempotency-Key', () => {
  it('publishes one version, and is answered the same, byte for byte', async () => {
    const first = await publish().expect(201);
    const again = await publish().expect(201);

    expect(again.text).toBe(first.text);
    for (const header of ['etag', 'location', 'content-type']) {
      expect(again.headers[header]).toBe(first.headers[header]);
    }
    expect(first.headers['idempotency-replayed']).toBeUndefined();
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(await versionCount()).toBe(1);
  });

  it('is told of the warnings of its publish again', async () => {
    const unused = { ...content, variables: [{ name: 'unused', type: 'string' }] };
    const first = await publish({ content: unused, bump: 'auto' }).expect(201);
    const again = await publish({ content: unused, bump: 'auto' }).expect(201);

    expect(first.body.warnings).toHaveLength(1);
    expect(again.text).toBe(first.text);
  });

  it('is the same however its JSON is written', async () => {
    const first = await publish({ content, version: '1.0.0' }).expect(201);
    const again = await publish({ version: '1.0.0', content: { text: 'Hello', kind: 'text' } });

    expect(again.status).toBe(201);
    expect(again.text).toBe(first.text);
  });

  it('makes one prompt, and is answered with it as it was then', async () => {
    const make = () => keyed('post', '/prompts').send({ name: 'made', description: 'first' });
    const first = await make().expect(201);
    await work.prompt('patch', 'made').send({ description: 'second' }).expect(200);
    const again = await make().expect(201);

    expect(again.text).toBe(first.text);
    expect(again.headers.location).toBe(first.headers.location);
  });

  it.each(['put', 'patch', 'delete'] as const)('may be a %s', async (method) => {
    await work.publish('p', '1.0.0');
    const change = {
      put: () => keyed('put', '/prompts/p/labels/production').send({ version: '1.0.0' }),
      patch: () => keyed('patch', '/prompts/p').send({ description: 'new' }),
      delete: () => keyed('delete', '/prompts/p'),
    }[method];
    const first = await change();
    const again = await change();

    expect(first.status).toBe(method === 'delete' ? 204 : 200);
    expect(again.status).toBe(first.status);
    expect(again.text).toBe(first.text);
    expect(again.headers.etag).toBe(first.headers.etag);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(await records()).toHaveLength(1);
  });

  it('moves a label once, wherever the label has gone since', async () => {
    await work.publish('p', '1.0.0');
    await work.publish('p', '1.0.1', { policy: 'none' });
    const move = () => keyed('put', '/prompts/p/labels/production').send({ version: '1.0.0' });
    await move().expect(200);
    await work.prompt('put', 'p', '/labels/production').send({ version: '1.0.1' }).expect(200);
    await move().expect(200);

    const label = await work.prompt('get', 'p', '/labels/production').expect(200);
    expect(label.body.version).toBe('1.0.1');
  });

  it('is known again after its caller signed in anew', async () => {
    const person = await newMember(app, work.project, 'developer', uniqueName('dev'));
    const first = await publish(undefined, person.token).expect(201);
    const { accessToken } = await logIn(app, person.username);

    const again = await publish(undefined, accessToken).expect(201);
    expect(again.text).toBe(first.text);
  });

  it('may come from an API key that publishes and does not read', async () => {
    const token = await work.makeKey({ verbs: ['publish'] });
    const first = await publish(undefined, token).expect(201);
    const again = await publish(undefined, token).expect(201);

    expect(again.text).toBe(first.text);
  });

  it('is judged anew when it failed, because nothing was written', async () => {
    await work.publish('p', '1.0.0');
    await publish({ content, version: '1.0.0' }).expect(problem(409, 'version-exists'));
    expect(await records()).toEqual([]);
    await publish({ content, version: '2.0.0' }).expect(201);
  });

  it('leaves no record of a refusal, though the refusal is written down', async () => {
    const viewer = await newMember(app, work.project, 'viewer', uniqueName('viewer'));
    await publish(undefined, viewer.token).expect(problem(403, 'forbidden'));

    const { body } = await app.asAdmin('get', `/v1/projects/${work.project}`).expect(200);
    const events = await eventsOf(app, String(body.id));
    expect(events.map(({ type }) => type)).toContain('access.denied');
    expect(await records()).toEqual([]);
  });

  it('may be used for something else after 24 hours', async () => {
    await publish({ content, version: '1.0.0' }).expect(201);
    await age(24 * 60 * 60 * 1000);

    const other = await publish({ content: wording('Other'), version: '2.0.0' }).expect(201);
    expect(other.headers['idempotency-replayed']).toBeUndefined();
    expect(await versionCount()).toBe(2);
    expect(await records()).toHaveLength(1);
  });
});

describe('the same Idempotency-Key', () => {
  it('is refused for another body', async () => {
    await publish().expect(201);
    await publish({ content: wording('Other'), bump: 'auto' }).expect(
      problem(422, 'idempotency-key-reused'),
    );
    expect(await versionCount()).toBe(1);
  });

  it('is refused for another prompt, project or query', async () => {
    await publish().expect(201);
    const body = { content, bump: 'auto' };
    const refused = problem(422, 'idempotency-key-reused');
    await keyed('post', '/prompts/other/versions').send(body).expect(refused);
    await keyed('post', '/prompts/p/versions?x=1').send(body).expect(refused);
    const other = await PromptWorkspace.create(app);
    await other
      .request('post', '/prompts/p/versions')
      .set('Idempotency-Key', key)
      .send(body)
      .expect(refused);
  });

  it('is another one for another caller', async () => {
    const [ann, bob] = [
      await newMember(app, work.project, 'developer', uniqueName('ann')),
      await newMember(app, work.project, 'developer', uniqueName('bob')),
    ];
    await publish({ content, version: '1.0.0' }, ann.token).expect(201);
    const other = await publish({ content: wording('Bob'), version: '2.0.0' }, bob.token);

    expect(other.status).toBe(201);
    expect(other.body.createdBy.id).toBe(bob.id);
  });

  it('is another one for another route', async () => {
    await publish().expect(201);
    await keyed('put', '/prompts/p/tags')
      .send({ tags: ['a'] })
      .expect(200);
    await keyed('patch', '/prompts/p').send({ description: 'b' }).expect(200);
    expect(await records()).toHaveLength(3);
  });
});

describe('an answer that may not be kept', () => {
  it('does not show an API key twice', async () => {
    const make = () => keyed('post', '/keys').send({ name: 'service' });
    const made = await make().expect(201);
    const again = await make().expect(problem(409, 'secret-already-shown'));

    expect(again.text).not.toContain(made.body.key);
    expect(JSON.stringify(await records())).not.toContain(made.body.key);
    const { body } = await work.request('get', '/keys').expect(200);
    expect(body.items).toHaveLength(1);
  });

  it('rotates an API key once', async () => {
    const made = await work.request('post', '/keys').send({ name: 'service' }).expect(201);
    const rotate = () => keyed('post', `/keys/${String(made.body.id)}/rotate`).send({});
    await rotate().expect(200);
    await rotate().expect(problem(409, 'secret-already-shown'));
  });

  it('holds the content of a version only as long as the version does', async () => {
    await publish().expect(201);
    await work.prompt('post', 'p', '/versions/1.0.0/purge').send({ reason: 'leaked' }).expect(204);

    const again = await publish().expect(problem(410, 'version-purged'));
    expect(again.text).not.toContain('Hello');
  });

  it('is not made again for a caller who lost the right to it', async () => {
    const person = await newMember(app, work.project, 'developer', uniqueName('dev'));
    await publish(undefined, person.token).expect(201);
    await work.request('delete', `/members/${person.username}`).expect(204);

    await publish(undefined, person.token).expect(problem(404, 'not-found'));
  });

  it('is in no record, and neither are the key, the caller or what was sent', async () => {
    await publish({ content: wording('Top secret wording'), bump: 'auto' }).expect(201);
    const person = { username: uniqueName('user'), password: 'a password to be kept' };
    await app.asAdmin('post', '/v1/users').set('Idempotency-Key', key).send(person).expect(201);

    const kept = JSON.stringify(await records());
    expect(kept).toContain(person.username);
    for (const text of ['Top secret wording', key, person.password, app.admin.token]) {
      expect(kept).not.toContain(text);
      expect(app.log.join()).not.toContain(text);
    }
  });
});

describe('requests at the same time', () => {
  it('make one version of 50 with one key', async () => {
    const client = new HttpClient(app.url, app.admin.token);
    const path = `/v1/projects/${work.project}/prompts/p/versions`;
    const answers = await together(50, () =>
      client.send('POST', path, { content, bump: 'auto' }, { 'Idempotency-Key': key }),
    );

    expect(await versionCount()).toBe(1);
    const { 201: made = 0, '409 idempotency-in-progress': refused } = outcomes(answers);
    expect(made).toBeGreaterThan(0);
    expect(made + (refused ?? 0)).toBe(50);
    for (const { status, headers, body } of answers) {
      if (status === 409) expect(headers.get('Retry-After')).toBe('1');
      else expect(body.version).toBe('1.0.0');
    }
  });

  it('are told while the first is at work, and what of another body', async () => {
    // DIALECT: what keeps a write from its COMMIT: the one writer, or the project's counter.
    const raw = await rawDatabase();
    await raw.run(raw.dialect === 'sqlite' ? 'BEGIN IMMEDIATE' : 'START TRANSACTION');
    await raw.run(
      raw.dialect === 'sqlite' ? 'SELECT 1' : 'SELECT * FROM project_revisions FOR UPDATE',
    );
    const twins = [publish(), publish()].map(async (request) => request);
    const early = await Promise.race(twins);
    const other = await publish({ content: wording('Other'), bump: 'auto' });
    await raw.run('ROLLBACK');
    await raw.close();
    const statuses = (await Promise.all(twins)).map(({ status }) => status);

    problem(409, 'idempotency-in-progress')(early);
    expect(early.headers['retry-after']).toBe('1');
    problem(422, 'idempotency-key-reused')(other);
    expect(statuses.sort()).toEqual([201, 409]);
    expect(await versionCount()).toBe(1);
  });

  async function rawDatabase(): Promise<RawDatabase> {
    const { database } = app.application.nest.get<Config>(CONFIG);
    const url = database.dialect === 'sqlite' ? `sqlite:${database.path}` : database.url;
    return RawDatabase.open({ dialect: database.dialect, url });
  }
});

describe('an instance that is gone between COMMIT and answer', () => {
  /** What it leaves behind: the record commits with the write, and the answer comes after. */
  const forgetAnswer = () => queryRaw(app, 'UPDATE idempotency_keys SET answer = NULL');

  it('leaves a request that might still be answered, and a minute later never will be', async () => {
    await publish().expect(201);
    await forgetAnswer();

    const early = await publish().expect(problem(409, 'idempotency-in-progress'));
    expect(early.headers['retry-after']).toBe('1');
    await age(60_000);
    await publish().expect(problem(409, 'idempotency-answer-lost'));
    expect(await versionCount()).toBe(1);
  });

  it('does not say that a secret was shown which nobody saw', async () => {
    const make = () => keyed('post', '/keys').send({ name: 'service' });
    await make().expect(201);
    await forgetAnswer();
    await age(60_000);

    await make().expect(problem(409, 'idempotency-answer-lost'));
  });
});
