import { systemContext } from '../../src/platform/authorization/index.js';
import {
  Database,
  Leases,
  parseDatabaseUrl,
  UnitOfWork,
} from '../../src/platform/database/index.js';
import { Clock } from '../../src/platform/time/index.js';
import { type FreshDatabase, freshDatabase } from '../support/fresh-database.js';

const ctx = systemContext('test');
const durationMs = 1_000;

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
let leases: Leases;

beforeEach(async () => {
  fresh = await freshDatabase();
  database = await Database.open({ address: parseDatabaseUrl(fresh.url)!, poolSize: 10 });
  units = new UnitOfWork(database);
  clock = new TurnedClock();
  leases = new Leases(database, clock);
});

afterEach(async () => {
  await database.close();
  await fresh.drop();
});

const hold = (holder: string, name = 'audit') =>
  units.run(ctx, (tx) => leases.hold(tx, name, holder, durationMs));

it('belongs to the first that asks, for as long as it was asked for', async () => {
  expect(await hold('one')).toBe(true);
  expect(await hold('two')).toBe(false);
  clock.turn(durationMs);
  expect(await hold('two')).toBe(false);
  clock.turn(1);
  expect(await hold('two')).toBe(true);
  expect(await hold('one')).toBe(false);
});

it('is prolonged by its holder', async () => {
  for (const _ of [1, 2, 3, 4]) {
    expect(await hold('one')).toBe(true);
    clock.turn(durationMs - 1);
    expect(await hold('two')).toBe(false);
  }
});

it('is one of its own for every name', async () => {
  expect(await hold('one', 'audit')).toBe(true);
  expect(await hold('two', 'jobs')).toBe(true);
  expect(await hold('two', 'audit')).toBe(false);
});

it('is not taken by a unit that rolls back', async () => {
  const failing = units.run(ctx, async (tx) => {
    expect(await leases.hold(tx, 'audit', 'one', durationMs)).toBe(true);
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(await hold('two')).toBe(true);
});

it('needs a unit of work', async () => {
  await expect(leases.hold(ctx, 'audit', 'one', durationMs)).rejects.toThrow(
    'this write needs a unit of work',
  );
});

it.each(['that nobody had before', 'that ran out'])(
  'goes to one of many that ask at once for a lease %s',
  async (which) => {
    if (which === 'that ran out') {
      expect(await hold('somebody')).toBe(true);
      clock.turn(durationMs + 1);
    }
    const holders = Array.from({ length: 20 }, (_, index) => `holder-${index}`);
    const answers = await Promise.all(holders.map((holder) => hold(holder)));
    expect(answers.filter(Boolean)).toHaveLength(1);
    expect(await hold(holders[answers.indexOf(true)]!)).toBe(true);
  },
);

it('lets nobody in before the unit that took it ends, even when it ran out before', async () => {
  let inside = 0;
  let mostInside = 0;
  const work = (holder: string) =>
    units.run(ctx, async (tx) => {
      // It has run out when it is taken, so that nothing but the row's lock keeps others out.
      const taken = await leases.hold(tx, 'audit', holder, -1);
      inside += 1;
      mostInside = Math.max(mostInside, inside);
      for (let query = 0; query < 5; query += 1) await database.manager(tx).query('SELECT 1');
      inside -= 1;
      return taken;
    });
  const holders = Array.from({ length: 10 }, (_, index) => `holder-${index}`);
  expect(await Promise.all(holders.map(work))).toEqual(holders.map(() => true));
  expect(mostInside).toBe(1);
});
