import { Client } from 'pg';
import { PostgresSignal } from '../../src/platform/events/postgres-signal.js';
import { FeedInstance } from '../support/feed-instance.js';
import { databaseUnderTest, type FreshDatabase, freshDatabase } from '../support/fresh-database.js';
import { holdIntervals } from '../support/only-intervals.js';
import { findPgbouncer, startPgbouncer } from '../support/start-pgbouncer.js';
import { stopThrowawayServers } from '../support/throwaway-server.js';
import { until } from '../support/until.js';

jest.setTimeout(60_000);

const pgbouncer = findPgbouncer();
const swallowed = /notifications of Postgres do not arrive.*DATABASE_DIRECT_URL/;

// DIALECT: no other database can tell.
(databaseUnderTest() === 'postgres' ? describe : describe.skip)('on Postgres', () => {
  let fresh: FreshDatabase;
  let outside: Client;
  let instances: FeedInstance[] = [];

  beforeEach(async () => {
    // Nobody polls: what is heard here was told.
    holdIntervals();
    fresh = await freshDatabase();
    outside = new Client(fresh.url);
    await outside.connect();
  });
  afterEach(async () => {
    for (const instance of instances) await instance.close();
    instances = [];
    await outside.end();
    await fresh.drop();
    jest.useRealTimers();
  });
  afterAll(stopThrowawayServers);

  /** @param listenUrl where it listens, if not where it reads and writes */
  async function open(url = fresh.url, listenUrl = url): Promise<FeedInstance> {
    const instance = await FeedInstance.open(
      url,
      ({ database, logger }) =>
        new PostgresSignal({
          url: listenUrl,
          notify: async (channel, payload) => {
            await database.writer.query('SELECT pg_notify($1, $2)', [channel, payload]);
          },
          logger,
          probing: { intervalMs: 300, timeoutMs: 200 },
        }),
    );
    instances.push(instance);
    return instance;
  }

  async function listeners(): Promise<readonly number[]> {
    const { rows } = await outside.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'promptd-listen'
          AND state = 'idle'`,
    );
    return rows.map(({ pid }) => pid);
  }

  async function untilListening(count: number): Promise<readonly number[]> {
    return until(listeners, (pids) => pids.length === count);
  }

  it('an instance hears of what others commit without looking for it', async () => {
    const [left, right] = [await open(), await open()];
    await untilListening(2);
    const project = await left.createProject();
    const heard = right.listen();
    for (const revision of [1, 2, 3]) {
      await left.write(project);
      await right.hears(project, revision);
    }
    await right.write(project);
    await left.hears(project, 4);

    expect(heard.followed.get(project)).toEqual([1, 2, 3, 4]);
  });

  it('listens again when its connection was ended, and hears what it missed', async () => {
    const [left, right] = [await open(), await open()];
    const before = await untilListening(2);
    const project = await left.createProject();
    const heard = right.listen();
    await outside.query('SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) AS pid', [before]);
    for (const _ of [1, 2, 3]) await left.write(project);
    await right.hears(project, 3);

    expect(heard.followed.get(project)).toEqual([1, 2, 3]);
    const after = await untilListening(2);
    expect(after.filter((pid) => before.includes(pid))).toEqual([]);
    await left.write(project);
    await right.hears(project, 4);
  });

  const behindPooler =
    pgbouncer === undefined
      ? it.skip.each([['PgBouncer is not installed']])
      : it.each([['with a pooler in transaction mode']]);

  behindPooler('%s it warns once, and hears others by looking', async () => {
    const pooled = await startPgbouncer(pgbouncer!, fresh.url);
    const [left, right] = [await open(pooled), await open(pooled)];
    const warnings = () => right.log.filter((line) => swallowed.test(line)).length;
    const project = await left.createProject();
    await left.write(project);
    // Several probes, of which only the first is worth a line.
    let probes = 0;
    const signal = Reflect.get(right, 'signal') as { probe: (client: Client) => void };
    const probe = signal.probe.bind(signal);
    signal.probe = (client) => {
      probes += 1;
      probe(client);
    };
    const turn = () =>
      new Promise<number>((resolve) => {
        setImmediate(() => {
          resolve(probes);
        });
      });
    await until(turn, (count) => count >= 3);

    expect(warnings()).toBe(1);
    await right.feed.catchUp();
    expect(right.feed.revisionOf(project)).toBe(1);
  });

  behindPooler('%s it hears at once through an address without the pooler', async () => {
    const pooled = await startPgbouncer(pgbouncer!, fresh.url);
    const [left, right] = [await open(pooled, fresh.url), await open(pooled, fresh.url)];
    await untilListening(2);
    const project = await left.createProject();
    for (const revision of [1, 2, 3]) {
      await left.write(project);
      await right.hears(project, revision);
    }
    expect(right.log.filter((line) => swallowed.test(line))).toEqual([]);
  });
});
