import { randomUUID } from 'node:crypto';
import { databaseUnderTest } from '../support/fresh-database.js';
import { type HttpClient, outcomes, together } from '../support/http-client.js';
import { until } from '../support/until.js';
import { type WiredApplication, wiredApplication } from '../support/wired-application.js';

jest.setTimeout(90_000);

/** 5 s for a connection and 5 s for an answer; a write waits up to 20 s for its turn before. */
const WRITE_BOUND_MS = 31_000;

// SQLite is a file: there is no wire to cut.
const onServers = databaseUnderTest() === 'sqlite' ? describe.skip : describe;

onServers('a database that goes away and comes back', () => {
  let wired: WiredApplication;
  let client: HttpClient;
  beforeAll(async () => {
    wired = await wiredApplication();
    client = wired.admin;
    await client.send('POST', '/v1/projects', { name: 'p' });
    expect((await publish('first')).status).toBe(201);
  });
  afterEach(async () => {
    await wired.wire.mend();
    await until(health, ({ body }) => body.status === 'ok');
    const text = randomUUID();
    expect((await publish(text)).status).toBe(201);
    expect((await client.send('GET', `${versions}/latest`)).body.content.text).toBe(text);
  });
  afterAll(async () => {
    await wired.close();
  });

  const versions = '/v1/projects/p/prompts/q/versions';
  const publish = (text: string) =>
    client.send('POST', versions, { content: { kind: 'text', text }, bump: 'auto' });
  const health = () => client.send('GET', '/health');

  it('is answered with 503 and a time to wait', async () => {
    await wired.wire.cut();

    const answers = [await client.send('GET', `${versions}/1.0.0`), await publish('lost')];
    for (const { status, headers, body } of answers) {
      expect({ status, code: body.code }).toEqual({ status: 503, code: 'database-unavailable' });
      expect(headers.get('Content-Type')).toMatch(/^application\/problem\+json/);
      expect(headers.get('Retry-After')).toMatch(/^[1-9]\d*$/);
      expect(JSON.stringify(body)).not.toMatch(/ECONN|127\.0\.0\.1|connect/i);
    }
    expect(await health()).toMatchObject({ status: 200, body: degraded });
    expect(await client.send('GET', '/ready')).toMatchObject({ status: 200, body: degraded });
    expect((await client.send('GET', '/live')).status).toBe(200);
  });

  it('fails no request in another way when it goes in the middle of many', async () => {
    const crowd = together(40, (index) => publish(`number ${index}`));
    await publish('in between');
    await wired.wire.cut();

    const answers = await crowd;
    const expected = ['201', '503 database-unavailable'];
    expect(Object.keys(outcomes(answers)).filter((key) => !expected.includes(key))).toEqual([]);
  });

  it('is told of at once when it only falls silent', async () => {
    wired.wire.freeze();

    const from = performance.now();
    expect((await client.send('GET', '/ready')).body).toEqual(degraded);
    expect((await client.send('GET', '/live')).status).toBe(200);
    expect(performance.now() - from).toBeLessThan(5_000);
  });

  it('lets nobody wait for ever when it only falls silent, and comes back as it was', async () => {
    wired.wire.freeze();

    const from = performance.now();
    // More than there are connections, so that some wait for one.
    const answers = await together(40, (index) =>
      index % 2 === 0
        ? publish(`silent ${index}`)
        : client.send('GET', `/v1/projects/p/prompts/unread-${index}/versions/latest`),
    );
    expect(performance.now() - from).toBeLessThan(WRITE_BOUND_MS);
    const expected = ['503 database-unavailable', '503 overloaded'];
    expect(Object.keys(outcomes(answers)).filter((key) => !expected.includes(key))).toEqual([]);
    for (const { headers } of answers) expect(headers.get('Retry-After')).toMatch(/^[1-9]\d*$/);
  });

  const degraded = { status: 'degraded', checks: { database: 'unavailable', process: 'ok' } };
});

onServers('a stop while the database is silent', () => {
  it('does not wait for it', async () => {
    const wired = await wiredApplication();
    wired.wire.freeze();
    const asked = wired.admin.send('GET', '/v1/projects').catch(() => undefined);

    const from = performance.now();
    await wired.close();
    expect(performance.now() - from).toBeLessThan(15_000);
    await asked;
  });
});
