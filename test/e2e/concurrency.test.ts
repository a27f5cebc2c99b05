import { systemContext } from '../../src/platform/authorization/index.js';
import { Database } from '../../src/platform/database/index.js';
import { freshApplication, type FreshApplication } from '../support/fresh-application.js';
import { countingTo, expectGaplessRevisions, listPublished } from '../support/gapless.js';
import { HttpClient, type Json, outcomes, together } from '../support/http-client.js';
import { uniqueName } from '../support/prompt-workspace.js';

/** So many callers at once as the specification promises to serve. */
const CROWD = 200;

// A crowd takes its time on a busy machine; what must not happen is that a caller is turned away.
jest.setTimeout(60_000);

const wording = (text: string | number) => ({ kind: 'text', text: `Take ${text}.` });

/** What went wrong inside, each kind once. */
function errorsIn(log: readonly string[]): string[] {
  const entries = log.map((line): Json => JSON.parse(line));
  const errors = entries.filter(({ level }) => level === 'error' || level === 'fatal');
  return [...new Set(errors.map(({ msg, err }) => `${String(msg)}: ${String(err?.message)}`))];
}

describe('many callers at once', () => {
  let app: FreshApplication;
  let client: HttpClient;
  let prompts: string;
  beforeAll(async () => {
    app = await freshApplication();
    client = new HttpClient(app.url, app.admin.token);
  });
  beforeEach(async () => {
    const name = uniqueName('project');
    expect(await client.send('POST', '/v1/projects', { name })).toMatchObject({ status: 201 });
    prompts = `/v1/projects/${name}/prompts`;
  });
  afterEach(async () => {
    const database = app.application.nest.get(Database);
    await expectGaplessRevisions((sql) => database.manager(systemContext('test')).query(sql));
    expect((await client.send('GET', '/health')).body.status).toBe('ok');
    expect(errorsIn(app.log)).toEqual([]);
  });
  afterAll(() => app.close());

  const publish = (prompt: string, fields: object) =>
    client.send('POST', `${prompts}/${prompt}/versions`, fields);

  it('each get a number of their own when they publish one new prompt with a bump', async () => {
    const answers = await together(CROWD, (index) =>
      publish('new', { content: wording(index), bump: 'auto' }),
    );

    expect(outcomes(answers)).toEqual({ 201: CROWD });
    const published = await listPublished(client, `${prompts}/new`);
    expect(published.map(({ version }) => version)).toEqual(
      countingTo(CROWD).map((ordinal) => `1.0.${ordinal - 1}`),
    );
    const answered = answers.map(({ body }) => `${body.ordinal} ${body.version} ${body.digest}`);
    const kept = published.map(({ ordinal, version, digest }) => `${ordinal} ${version} ${digest}`);
    expect(answered.sort()).toEqual(kept.sort());
  });

  it('win one number exactly once when their contents differ', async () => {
    const answers = await together(CROWD, (index) =>
      publish('contested', { content: wording(index), version: '1.0.0' }),
    );

    expect(outcomes(answers)).toEqual({ 201: 1, '409 version-exists': CROWD - 1 });
    const winner = answers.find(({ status }) => status === 201);
    expect(await listPublished(client, `${prompts}/contested`)).toMatchObject([
      { version: '1.0.0', digest: winner?.body.digest },
    ]);
  });

  it('publish one version when number and content are the same', async () => {
    const answers = await together(CROWD, () =>
      publish('repeated', { content: wording('one'), version: '1.0.0' }),
    );

    expect(outcomes(answers)).toEqual({ 200: CROWD - 1, 201: 1 });
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(await listPublished(client, `${prompts}/repeated`)).toHaveLength(1);
  });

  it('publish to as many prompts', async () => {
    const answers = await together(CROWD, (index) =>
      publish(`folder%2F${index}`, { content: wording(index), bump: 'auto', labels: ['staging'] }),
    );

    expect(outcomes(answers)).toEqual({ 201: CROWD });
    expect(await client.send('GET', `${prompts}?total=true&limit=1`)).toMatchObject({
      body: { total: CROWD },
    });
  });

  it('move a label once when they all expect what it was', async () => {
    await together(20, (index) => publish('labelled', { content: wording(index), bump: 'auto' }));
    const move = (index: number, expectedVersion: string | null) =>
      client.send('PUT', `${prompts}/labelled/labels/production`, {
        version: `1.0.${index}`,
        expectedVersion,
      });

    const made = await together(10, (index) => move(index, null));
    expect(outcomes(made)).toEqual({ 200: 1, '409 label-conflict': 9 });
    const first = made.find(({ status }) => status === 200)?.body.version;
    const moved = await together(10, (index) => move(index + 10, first));
    expect(outcomes(moved)).toEqual({ 200: 1, '409 label-conflict': 9 });

    const history = await client.send('GET', `${prompts}/labelled/labels/production/history`);
    const second = moved.find(({ status }) => status === 200)?.body.version;
    expect(history.body.items).toMatchObject([
      { move: 2, from: first, to: second },
      { move: 1, from: null, to: first },
    ]);
  });

  it('never meet in a deadlock when they publish, move labels, archive and read', async () => {
    const names = ['left', 'right'];
    for (const name of names) await publish(name, { content: wording('first'), version: '1.0.0' });
    // Some name the labels in one order and some in the other: unsorted locks would cross.
    const labels = (index: number) => (index % 2 === 0 ? ['blue', 'green'] : ['green', 'blue']);
    const actions = [
      (name: string, index: number) =>
        publish(name, { content: wording(index), bump: 'patch', labels: labels(index) }),
      (name: string, index: number) =>
        client.send('PUT', `${prompts}/${name}/labels/${labels(index)[0]!}`, { version: '1.0.0' }),
      (name: string) => client.send('GET', `${prompts}/${name}/versions/latest`),
      (name: string) => client.send('DELETE', `${prompts}/${name}`),
      (name: string) => client.send('POST', `${prompts}/${name}/restore`),
    ];

    const answers = await together(CROWD, (index) =>
      actions[index % actions.length]!(names[Math.floor(index / 5) % 2]!, index),
    );

    const allowed = ['200', '201', '204', '409 prompt-archived'];
    expect(Object.keys(outcomes(answers)).filter((key) => !allowed.includes(key))).toEqual([]);
    for (const name of names) {
      const published = await listPublished(client, `${prompts}/${name}`);
      expect(published.length).toBeGreaterThan(0);
    }
  });
});

describe('one connection to the database', () => {
  it('is enough for many publishes: none asks for a second one while it holds the first', async () => {
    const app = await freshApplication({ DATABASE_POOL_SIZE: '1' });
    try {
      const client = new HttpClient(app.url, app.admin.token);
      await client.send('POST', '/v1/projects', { name: 'narrow' });

      const answers = await together(20, (index) =>
        client.send('POST', '/v1/projects/narrow/prompts/p/versions', {
          content: wording(index),
          bump: 'auto',
          labels: ['production'],
        }),
      );

      expect(outcomes(answers)).toEqual({ 201: 20 });
    } finally {
      await app.close();
    }
  });
});
