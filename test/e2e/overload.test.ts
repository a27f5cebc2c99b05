import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { databaseUnderTest, freshDatabase } from '../support/fresh-database.js';
import { type Answer, HttpClient, outcomes, together } from '../support/http-client.js';
import { RawDatabase } from '../support/raw-database.js';
import { wiredApplication } from '../support/wired-application.js';

jest.setTimeout(120_000);

const dialect = databaseUnderTest();
const onServers = dialect === 'sqlite' ? describe.skip : describe;
const onFile = dialect === 'sqlite' ? describe : describe.skip;

const versions = '/v1/projects/p/prompts/q/versions';
const publish = (client: HttpClient, text: string) =>
  client.send('POST', versions, { content: { kind: 'text', text }, bump: 'auto' });
/** Nothing keeps what it answers, so it asks the database each time. */
const list = (client: HttpClient) => client.send('GET', '/v1/projects/p/prompts');

function expectShedOrDone(answers: readonly Answer[]) {
  const counts = outcomes(answers);
  const others = Object.keys(counts).filter((key) => !/^20[01]$|^503 overloaded$/.test(key));
  expect(others).toEqual([]);
  for (const { status, headers } of answers) {
    if (status === 503) expect(headers.get('Retry-After')).toMatch(/^[1-9]\d*$/);
  }
  return counts;
}

onServers('more requests than there is room for', () => {
  it('are answered or refused, and leave an instance that serves as before', async () => {
    const wired = await wiredApplication({ DATABASE_POOL_SIZE: '2' });
    const { admin } = wired;
    await admin.send('POST', '/v1/projects', { name: 'p' });
    await publish(admin, 'first');
    // So that all of them have come before the first is answered.
    wired.wire.freeze();
    const from = performance.now();
    const crowd = together(400, (index) =>
      index % 10 === 0 ? publish(admin, `number ${index}`) : list(admin),
    );
    const ready = await admin.send('GET', '/ready');
    await wired.wire.mend();
    const answers = await crowd;
    const tookMs = performance.now() - from;

    const counts = expectShedOrDone(answers);
    expect(counts['200']).toBeGreaterThan(100);
    expect(counts['503 overloaded']).toBeGreaterThan(0);
    // A write waits 20 s at most for its turn, and then does what it has to do.
    expect(tookMs).toBeLessThan(45_000);
    expect(ready.status).toBe(200);
    expect((await publish(admin, 'afterwards')).status).toBe(201);
    const after = await together(20, () => list(admin));
    expect(outcomes(after)).toEqual({ 200: 20 });
    await wired.close();
  });
});

onServers('connections that transactions hold', () => {
  it('make others wait so long and not longer, while the instance stays informed', async () => {
    const database = await freshDatabase();
    const app = await freshApplication({ DATABASE_URL: database.url, DATABASE_POOL_SIZE: '1' });
    const admin = new HttpClient(app.url, app.admin.token);
    await admin.send('POST', '/v1/projects', { name: 'p' });
    await publish(admin, 'first');
    const blocker = await RawDatabase.open(database);
    await blocker.run('BEGIN');
    await blocker.run('SELECT * FROM prompts FOR UPDATE');

    const blocked = publish(admin, 'blocked');
    const from = performance.now();
    const waiting = await together(5, () => list(admin));
    expect(performance.now() - from).toBeLessThan(8_000);
    expect(outcomes(waiting)).toEqual({ '503 overloaded': 5 });
    expect((await admin.send('GET', '/health')).body.status).toBe('ok');

    await blocker.run('ROLLBACK');
    await blocker.close();
    expect((await blocked).status).toBe(201);
    expect((await list(admin)).status).toBe(200);
    await app.close();
    await database.drop();
  });
});

onFile('a write lock that another connection holds', () => {
  let app: FreshApplication;
  let url: string;
  beforeAll(async () => {
    const database = await freshDatabase();
    ({ url } = database);
    app = await freshApplication({ DATABASE_URL: url });
  });
  afterAll(() => app.close());

  it('lets writes end in bounded time while reads go on', async () => {
    const admin = new HttpClient(app.url, app.admin.token);
    await admin.send('POST', '/v1/projects', { name: 'p' });
    await publish(admin, 'first');
    const holder = await RawDatabase.open({ dialect, url });
    await holder.run('BEGIN IMMEDIATE');

    const from = performance.now();
    const writes = together(5, (index) => publish(admin, `blocked ${index}`));
    const reads = await together(20, () => list(admin));
    expect(outcomes(reads)).toEqual({ 200: 20 });
    expect(performance.now() - from).toBeLessThan(3_000);
    expect(outcomes(await writes)).toEqual({ '503 overloaded': 5 });
    expect(performance.now() - from).toBeLessThan(10_000);

    await holder.run('ROLLBACK');
    await holder.close();
    expect((await publish(admin, 'afterwards')).status).toBe(201);
  });
});
