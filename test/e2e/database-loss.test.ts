import { randomUUID } from 'node:crypto';
import { freshApplication, type FreshApplication } from '../support/fresh-application.js';
import { databaseUnderTest, freshDatabase, type FreshDatabase } from '../support/fresh-database.js';
import { HttpClient, outcomes, together } from '../support/http-client.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { until } from '../support/until.js';

jest.setTimeout(60_000);

// SQLite is a file: there is no wire to cut.
const onServers = databaseUnderTest() === 'sqlite' ? describe.skip : describe;

onServers('a database that goes away and comes back', () => {
  let database: FreshDatabase;
  let proxy: TcpProxy;
  let app: FreshApplication;
  let client: HttpClient;
  beforeAll(async () => {
    database = await freshDatabase();
    const url = new URL(database.url);
    proxy = await TcpProxy.to(url.hostname, Number(url.port));
    url.port = String(proxy.port);
    app = await freshApplication({ DATABASE_URL: url.href });
    client = new HttpClient(app.url, app.admin.token);
    await client.send('POST', '/v1/projects', { name: 'p' });
    expect((await publish('first')).status).toBe(201);
  });
  afterEach(async () => {
    await proxy.mend();
    await recovered();
    const text = randomUUID();
    expect((await publish(text)).status).toBe(201);
    expect((await client.send('GET', `${versions}/latest`)).body.content.text).toBe(text);
  });
  afterAll(async () => {
    await app.close();
    await proxy.cut();
    await database.drop();
  });

  const versions = '/v1/projects/p/prompts/q/versions';
  const publish = (text: string) =>
    client.send('POST', versions, { content: { kind: 'text', text }, bump: 'auto' });
  const isReady = () => client.send('GET', '/ready');
  const recovered = () => until(isReady, ({ status }) => status === 200);

  it('is answered with 503 and a time to wait', async () => {
    await proxy.cut();

    const answers = [await client.send('GET', `${versions}/latest`), await publish('lost')];
    for (const { status, headers, body } of answers) {
      expect({ status, code: body.code }).toEqual({ status: 503, code: 'database-unavailable' });
      expect(headers.get('Content-Type')).toMatch(/^application\/problem\+json/);
      expect(headers.get('Retry-After')).toMatch(/^[1-9]\d*$/);
      expect(JSON.stringify(body)).not.toMatch(/ECONN|127\.0\.0\.1|connect/i);
    }
    expect(await isReady()).toMatchObject({
      status: 503,
      body: { status: 'unavailable', checks: { database: 'unavailable', process: 'ok' } },
    });
    expect((await client.send('GET', '/health')).status).toBe(200);
    expect((await client.send('GET', '/live')).status).toBe(200);
  });

  it('fails no request in another way when it goes in the middle of many', async () => {
    const crowd = together(40, (index) => publish(`number ${index}`));
    await publish('in between');
    await proxy.cut();

    const answers = await crowd;
    const expected = ['201', '503 database-unavailable'];
    expect(Object.keys(outcomes(answers)).filter((key) => !expected.includes(key))).toEqual([]);
  });

  it('makes the instance not ready, and still alive, when it only falls silent', async () => {
    proxy.freeze();

    const from = performance.now();
    expect((await isReady()).status).toBe(503);
    expect((await client.send('GET', '/live')).status).toBe(200);
    expect(performance.now() - from).toBeLessThan(5_000);
  });
});
