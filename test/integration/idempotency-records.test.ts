import { systemContext } from '../../src/platform/authorization/index.js';
import {
  Database,
  Leases,
  parseDatabaseUrl,
  UnitOfWork,
} from '../../src/platform/database/index.js';
import { leaseRows } from '../../src/platform/database/lease.js';
import { IdempotencyKeysRepository } from '../../src/platform/idempotency/idempotency-keys.repository.js';
import { idempotencyKeyRows } from '../../src/platform/idempotency/idempotency-keys.rows.js';
import { IdempotencyRecords } from '../../src/platform/idempotency/idempotency-records.js';
import { IdempotencySweep } from '../../src/platform/idempotency/idempotency-sweep.js';
import { createLogger } from '../../src/platform/telemetry/index.js';
import { Clock } from '../../src/platform/time/index.js';
import { databaseUnderTest, type FreshDatabase, freshDatabase } from '../support/fresh-database.js';

const DAY_MS = 86_400_000;
const ctx = systemContext('test');
const fingerprint = 'f'.repeat(64);
const answer = { status: 201, headers: { etag: '"1"' }, body: '{"name":"a"}' };

class TurnedClock extends Clock {
  private time = 1_790_000_000_000;

  override nowMs(): number {
    return this.time;
  }

  turn(byMs: number): void {
    this.time += byMs;
  }
}

let fresh: FreshDatabase;
let database: Database;
let units: UnitOfWork;
let clock: TurnedClock;
let keys: IdempotencyKeysRepository;
let records: IdempotencyRecords;

const open = () => Database.open({ address: parseDatabaseUrl(fresh.url)!, poolSize: 10 });

beforeEach(async () => {
  fresh = await freshDatabase();
  database = await open();
  units = new UnitOfWork(database);
  clock = new TurnedClock();
  keys = new IdempotencyKeysRepository(database);
  records = new IdempotencyRecords(keys, units, clock, createLogger('silent'));
});

afterEach(async () => {
  await database.close();
  await fresh.drop();
});

const hashOf = (name: string) => name.padEnd(64, '0');

/** A write of a request: any row of any table will do, and a lease is a small one. */
async function insert(tx: typeof ctx, name: string): Promise<void> {
  await database.rows(tx, leaseRows).insert({ name, holder: 'nobody', expiresAt: 0 });
}

async function written(): Promise<readonly string[]> {
  const rows = await database.rows(ctx, leaseRows).find({ order: { name: 'ASC' } });
  return rows.map(({ name }) => name);
}

async function keptKeys(): Promise<number> {
  return database.rows(ctx, idempotencyKeyRows).count();
}

async function settle(name: string): Promise<void> {
  const claim = records.claim(hashOf(name), fingerprint);
  await units.run({ ...ctx, claim }, (tx) => insert(tx, name));
}

describe('a claim', () => {
  it('commits with the write', async () => {
    const claim = records.claim(hashOf('a'), fingerprint);
    await units.run({ ...ctx, claim }, async (tx) => {
      await insert(tx, 'a');
      expect(claim.isSettled()).toBe(false);
      expect(await records.find(ctx, hashOf('a'))).toBeUndefined();
    });
    expect(claim.isSettled()).toBe(true);
    expect(await records.find(ctx, hashOf('a'))).toEqual({ fingerprint, answer: 'pending' });
  });

  it('is undone with the write, and may then be made again', async () => {
    const claim = records.claim(hashOf('a'), fingerprint);
    const failing = units.run({ ...ctx, claim }, async (tx) => {
      await insert(tx, 'a');
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(claim.isSettled()).toBe(false);
    expect(await keptKeys()).toBe(0);
    await settle('a');
    expect(await keptKeys()).toBe(1);
  });

  it('undoes the write when the key is taken, before anything else is tried', async () => {
    await settle('a');
    const claim = records.claim(hashOf('a'), fingerprint);
    const work = jest.fn();
    const twin = units.run({ ...ctx, claim }, work);
    await expect(twin).rejects.toMatchObject({
      code: 'idempotency-in-progress',
      headers: { 'Retry-After': '1' },
    });
    expect(work).not.toHaveBeenCalled();
    expect(claim.isSettled()).toBe(false);
  });

  it('is made once by a request of several and of nested units', async () => {
    const claim = records.claim(hashOf('a'), fingerprint);
    for (const name of ['a', 'b']) {
      await units.run({ ...ctx, claim }, (outer) =>
        units.run(outer, (inner) => insert(inner, name)),
      );
    }
    expect(await keptKeys()).toBe(1);
    expect(await written()).toEqual(['a', 'b']);
  });

  it('is made again when the unit runs again after a deadlock', async () => {
    const claim = records.claim(hashOf('a'), fingerprint);
    const code = databaseUnderTest() === 'mysql' ? 'ER_LOCK_DEADLOCK' : '40P01';
    let attempts = 0;
    await units.run({ ...ctx, claim }, async (tx) => {
      attempts += 1;
      await insert(tx, 'a');
      if (attempts < 3) throw Object.assign(new Error('deadlock'), { code });
    });
    expect(attempts).toBe(3);
    expect(await keptKeys()).toBe(1);
    expect(await written()).toEqual(['a']);
  });

  it('lets one of many that come at once through', async () => {
    const twins = await Promise.allSettled(
      Array.from({ length: 20 }, async (_, index) => {
        const claim = records.claim(hashOf('a'), fingerprint);
        return units.run({ ...ctx, claim }, (tx) => insert(tx, `twin-${index}`));
      }),
    );
    const refused = twins.filter((twin) => twin.status === 'rejected');
    expect(refused.map(({ reason }) => reason.code)).toEqual(
      Array.from({ length: 19 }, () => 'idempotency-in-progress'),
    );
    expect(await written()).toHaveLength(1);
  });
});

describe('a record', () => {
  it('holds the answer once it is there', async () => {
    await settle('a');
    await records.keep(ctx, hashOf('a'), answer);
    expect(await records.find(ctx, hashOf('a'))).toEqual({ fingerprint, answer });
  });

  it('waits a minute for an answer, and then takes it for lost', async () => {
    await settle('a');
    clock.turn(59_999);
    expect(await records.find(ctx, hashOf('a'))).toMatchObject({ answer: 'pending' });
    clock.turn(1);
    expect(await records.find(ctx, hashOf('a'))).toMatchObject({ answer: 'lost' });
  });

  it('stands for 24 hours, after which the key may be used anew', async () => {
    await settle('a');
    clock.turn(DAY_MS - 1);
    expect(await records.find(ctx, hashOf('a'))).toBeDefined();
    clock.turn(1);
    expect(await records.find(ctx, hashOf('a'))).toBeUndefined();
    const claim = records.claim(hashOf('a'), fingerprint);
    await units.run({ ...ctx, claim }, (tx) => insert(tx, 'anew'));
    expect(await records.find(ctx, hashOf('a'))).toMatchObject({ answer: 'pending' });
  });

  it('fails nobody when its answer cannot be kept', async () => {
    await settle('a');
    await database.close();
    await expect(records.keep(ctx, hashOf('a'), answer)).resolves.toBeUndefined();
    database = await open();
  });
});

describe('the sweep', () => {
  const newSweep = () =>
    new IdempotencySweep(keys, units, new Leases(database, clock), clock, createLogger('silent'));

  it('deletes what expired, in as many batches as it takes, and nothing else', async () => {
    const rows = Array.from({ length: 1_201 }, (_, index) => ({
      keyHash: hashOf(`old-${index}-`),
      fingerprint,
      createdAt: clock.nowMs() - DAY_MS,
      expiresAt: clock.nowMs(),
      answer: null,
    }));
    for (let start = 0; start < rows.length; start += 100) {
      await units.run(ctx, async (tx) => {
        await database.rows(tx, idempotencyKeyRows).insert(rows.slice(start, start + 100));
      });
    }
    await settle('new');

    await Promise.all([newSweep().run(), newSweep().run()]);
    await newSweep().run();
    // The lease of whoever came first has to run out for another one to go on.
    clock.turn(30_001);
    await newSweep().run();

    expect(await keptKeys()).toBe(1);
    expect(await records.find(ctx, hashOf('new'))).toBeDefined();
  });

  it('writes nothing when nothing expired', async () => {
    await settle('new');
    await newSweep().run();
    expect(await written()).toEqual(['new']);
  });
});
