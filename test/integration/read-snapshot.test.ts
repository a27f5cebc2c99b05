import { systemContext } from '../../src/platform/authorization/index.js';
import {
  Database,
  parseDatabaseUrl,
  ReadSnapshot,
  UnitOfWork,
} from '../../src/platform/database/index.js';
import { leaseRows } from '../../src/platform/database/lease.js';
import { type FreshDatabase, freshDatabase } from '../support/fresh-database.js';

type Context = ReturnType<typeof systemContext>;

const ctx = systemContext('test');

let fresh: FreshDatabase;
let database: Database;
let units: UnitOfWork;
let snapshots: ReadSnapshot;

beforeEach(async () => {
  fresh = await freshDatabase();
  await open(4);
});
afterEach(async () => {
  await database.close();
  await fresh.drop();
});

async function open(poolSize: number): Promise<void> {
  database = await Database.open({ address: parseDatabaseUrl(fresh.url)!, poolSize });
  units = new UnitOfWork(database);
  snapshots = new ReadSnapshot(database);
}

/** Moves both as a release does: in one transaction. */
async function move(holder: string): Promise<void> {
  await units.run(ctx, async (tx) => {
    for (const name of ['a', 'b']) {
      const changed = await database.rows(tx, leaseRows).update({ name }, { holder });
      if (changed.affected === 0) {
        await database.rows(tx, leaseRows).insert({ name, holder, expiresAt: 0 });
      }
    }
  });
}

async function holder(at: Context, name: string): Promise<string | undefined> {
  return (await database.rows(at, leaseRows).findOneBy({ name }))?.holder;
}

it('sees what was there at its beginning until its end, whatever is committed meanwhile', async () => {
  await move('one');
  const seen = await snapshots.run(ctx, async (tx) => {
    const a = await holder(tx, 'a');
    await move('two');
    const outside = await holder(ctx, 'b');
    return [a, await holder(tx, 'b'), await holder(tx, 'a'), outside];
  });
  expect(seen).toEqual(['one', 'one', 'one', 'two']);
  expect(await snapshots.run(ctx, (tx) => holder(tx, 'a'))).toBe('two');
});

it('sees both of what is moved together or neither, while that happens all the time', async () => {
  await move('0');
  // DIALECT: on SQLite the first one opens the connection, which takes longer than all of the rest.
  await snapshots.run(ctx, (tx) => holder(tx, 'a'));
  let moving = true;
  const mover = (async () => {
    for (let round = 1; round <= 100; round += 1) await move(String(round));
    moving = false;
  })();
  const pairs: (readonly [unknown, unknown])[] = [];
  const read = async () => {
    while (moving) {
      pairs.push(
        await snapshots.run(ctx, async (tx) => [await holder(tx, 'a'), await holder(tx, 'b')]),
      );
    }
  };
  await Promise.all([mover, read(), read(), read()]);

  expect(pairs.filter(([a, b]) => a !== b)).toEqual([]);
  expect(new Set(pairs.map(([a]) => a)).size).toBeGreaterThan(1);
});

it('is nobody else’s: who reads at the same time sees what is committed', async () => {
  await move('one');
  await snapshots.run(ctx, async (tx) => {
    await holder(tx, 'a');
    for (const next of ['two', 'three']) {
      await move(next);
      const [inside, outside] = await Promise.all([holder(tx, 'a'), holder(ctx, 'a')]);
      expect([inside, outside]).toEqual(['one', next]);
    }
  });
});

it('writes nothing: neither by itself nor through a unit of work', async () => {
  const row = { name: 'c', holder: 'nobody', expiresAt: 0 };
  const written = snapshots.run(ctx, (tx) => database.rows(tx, leaseRows).insert(row));
  await expect(written).rejects.toThrow(/read.?only/i);
  const joined = snapshots.run(ctx, (tx) => units.run(tx, () => Promise.resolve()));
  await expect(joined).rejects.toThrow('a snapshot is for reading');
});

it('leaves its connection as it was, also when the work fails', async () => {
  await database.close();
  // One connection: what a snapshot leaves behind, everybody after it would find.
  await open(1);
  for (let round = 0; round < 3; round += 1) {
    const failed = snapshots.run(ctx, async (tx) => {
      await holder(tx, 'a');
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    await move(`round ${round}`);
    expect(await holder(ctx, 'a')).toBe(`round ${round}`);
    expect(await snapshots.run(ctx, (tx) => holder(tx, 'b'))).toBe(`round ${round}`);
  }
});

it('refuses whoever waited 5 s for others to end', async () => {
  const end = Promise.withResolvers<undefined>();
  const holding = await Promise.all(
    Array.from({ length: database.maxSnapshots }, async () => {
      const begun = Promise.withResolvers<undefined>();
      const ended = snapshots.run(ctx, () => {
        begun.resolve(undefined);
        return end.promise;
      });
      await begun.promise;
      return { ended };
    }),
  );
  jest.useFakeTimers();
  try {
    const waiting = snapshots.run(ctx, (tx) => holder(tx, 'a'));
    jest.advanceTimersByTime(5_000);
    await expect(waiting).rejects.toMatchObject({ code: 'overloaded' });
  } finally {
    jest.useRealTimers();
    end.resolve(undefined);
  }
  await Promise.all(holding.map(({ ended }) => ended));
});

it('joins the unit of work that it is taken in, and sees what that has written', async () => {
  const seen = await units.run(ctx, async (tx) => {
    await database.rows(tx, leaseRows).insert({ name: 'd', holder: 'me', expiresAt: 0 });
    return snapshots.run(tx, (inner) => holder(inner, 'd'));
  });
  expect(seen).toBe('me');
});
