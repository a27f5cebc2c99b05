import { MonotonicClock } from '../../src/platform/time/index.js';
import { type FreshApplication, freshApplication } from '../support/fresh-application.js';
import { databaseUnderTest } from '../support/fresh-database.js';
import { HttpClient } from '../support/http-client.js';
import { uniqueName } from '../support/prompt-workspace.js';
import { until } from '../support/until.js';
import { type WiredApplication, wiredApplication } from '../support/wired-application.js';

jest.setTimeout(90_000);

const GRACE_MS = 10_000;
/** How soon after its return an instance must know what happened meanwhile. */
const NEWS_MS = 2_000;

// SQLite is a file: there is no wire to cut.
const onServers = databaseUnderTest() === 'sqlite' ? describe.skip : describe;

onServers('while the database is away, an instance', () => {
  let wired: WiredApplication;
  /** Another instance, whose own wire nobody cuts. */
  let other: FreshApplication;
  let elsewhere: HttpClient;
  let clock: jest.SpiedFunction<MonotonicClock['nowMs']> | undefined;
  let project: string;
  let keyId: string;
  let byKey: HttpClient;
  beforeAll(async () => {
    wired = await wiredApplication({ PROMPTD_OUTAGE_GRACE: `${GRACE_MS / 1000}s` });
    other = await freshApplication({ DATABASE_URL: wired.databaseUrl });
    elsewhere = new HttpClient(other.url, other.admin.token);
  });
  beforeEach(async () => {
    const name = uniqueName('project');
    await wired.admin.send('POST', '/v1/projects', { name });
    project = `/v1/projects/${name}`;
    expect((await publish(wired.admin, 'first')).status).toBe(201);
    ({ id: keyId, client: byKey } = await newReader());
  });
  afterEach(async () => {
    clock?.mockRestore();
    await wired.wire.mend();
    await until(health, ({ body }) => body.status === 'ok');
  });
  afterAll(async () => {
    await other.close();
    await wired.close();
  });

  const path = (prompt = 'p', selector = 'latest') =>
    `${project}/prompts/${prompt}/versions/${selector}`;
  const publish = (client: HttpClient, text: string) =>
    client.send('POST', path('p', '').slice(0, -1), {
      content: { kind: 'text', text },
      bump: 'auto',
    });
  const health = () => wired.admin.send('GET', '/health');
  const later = (ms: number) => {
    const since = performance.now();
    clock = jest
      .spyOn(wired.app.application.nest.get(MonotonicClock), 'nowMs')
      .mockImplementation(() => since + ms);
  };
  const read = async (client: HttpClient, at = path()) => {
    const { status, headers, body } = await client.send('GET', at);
    // Parsed and written again it is the same text only when every member is, and in its order.
    return { status, headers, text: JSON.stringify(body) };
  };
  const newReader = async () => {
    const made = await wired.admin.send('POST', `${project}/keys`, { name: uniqueName('key') });
    return {
      id: String(made.body.id),
      client: new HttpClient(wired.app.url, String(made.body.key)),
    };
  };
  const cut = () => wired.wire.cut();
  const freeze = () => {
    wired.wire.freeze();
    return Promise.resolve();
  };

  describe.each([
    ['gone', cut],
    ['silent', freeze],
  ])('when it is %s', (_, lose) => {
    it('answers what it has in memory as before, to keys and to sessions', async () => {
      for (const client of [byKey, wired.admin]) {
        const before = await read(client);
        await lose();
        const from = performance.now();
        const after = await read(client);
        expect(after.status).toBe(200);
        expect(after.text).toBe(before.text);
        expect(after.headers.get('ETag')).toBe(before.headers.get('ETag'));
        expect(performance.now() - from).toBeLessThan(3_000);
        await wired.wire.mend();
      }
    });

    it('answers 503 to a key it never saw, an unread prompt and a write', async () => {
      await read(byKey);
      const { client: unseen } = await newReader();
      await lose();

      const answers = await Promise.all([
        unseen.send('GET', path()),
        byKey.send('GET', path('unread')),
        publish(wired.admin, 'lost'),
      ]);
      for (const { status, headers, body } of answers) {
        expect({ status, code: body.code }).toEqual({ status: 503, code: 'database-unavailable' });
        expect(headers.get('Retry-After')).toMatch(/^[1-9]\d*$/);
      }
    });
  });

  it('marks what nobody confirmed for five seconds, with its age', async () => {
    for (const client of [byKey, wired.admin]) await read(client);
    await cut();
    later(6_500);

    for (const client of [byKey, wired.admin]) {
      const { status, headers } = await read(client);
      expect(status).toBe(200);
      expect(headers.get('Cache-Status')).toBe('promptd; hit; detail=database-unavailable');
      expect(headers.get('Age')).toMatch(/^[67]$/);
    }
    expect(await wired.admin.send('GET', '/ready')).toMatchObject({
      status: 200,
      body: { status: 'degraded' },
    });
  });

  it('refuses what it has in memory after the grace, is unready, and recovers by itself', async () => {
    const before = await read(byKey);
    await read(wired.admin);
    await cut();
    later(GRACE_MS + 100);

    for (const client of [byKey, wired.admin]) {
      expect(await client.send('GET', path())).toMatchObject({
        status: 503,
        body: { code: 'database-unavailable' },
      });
    }
    expect(await wired.admin.send('GET', '/ready')).toMatchObject({
      status: 503,
      body: { status: 'unavailable', checks: { database: 'unavailable', process: 'ok' } },
    });

    clock?.mockRestore();
    await wired.wire.mend();
    // By the clock that goes again the grace is not over, so it may answer from memory first.
    const after = await until(
      () => read(byKey),
      ({ status, headers }) => status === 200 && headers.get('Cache-Status') === null,
    );
    expect(after.text).toBe(before.text);
  });

  it('sees what was published meanwhile, and refuses the key that was revoked', async () => {
    await read(byKey);
    const { client: stays } = await newReader();
    await read(stays);
    await cut();
    expect((await publish(elsewhere, 'meanwhile')).status).toBe(201);
    expect((await elsewhere.send('DELETE', `${project}/keys/${keyId}`)).status).toBe(204);
    expect((await read(byKey)).status).toBe(200);

    await wired.wire.mend();
    await until(
      () => stays.send('GET', path()),
      ({ body }) => body.content?.text === 'meanwhile',
      NEWS_MS,
    );
    await until(
      () => read(byKey),
      ({ status }) => status === 401,
      NEWS_MS,
    );
  });
});
