import { systemContext } from '../../src/platform/authorization/index.js';
import {
  Database,
  isUnavailable,
  Leases,
  parseDatabaseUrl,
  transactionOf,
  UnitOfWork,
} from '../../src/platform/database/index.js';
import { leaseRows } from '../../src/platform/database/lease.js';
import { Problem } from '../../src/platform/errors/index.js';
import { INSTANCE_PROJECT, Outbox, OutboxRepository } from '../../src/platform/events/index.js';
import { Clock } from '../../src/platform/time/index.js';
import { databaseUnderTest, type FreshDatabase, freshDatabase } from '../support/fresh-database.js';
import { RawDatabase } from '../support/raw-database.js';

type Context = ReturnType<typeof systemContext>;

const ctx = systemContext('test');
const dialect = databaseUnderTest();

let fresh: FreshDatabase;
let database: Database;
let units: UnitOfWork;

const open = (poolSize: number) =>
  Database.open({ address: parseDatabaseUrl(fresh.url)!, poolSize });

beforeEach(async () => {
  fresh = await freshDatabase();
  database = await open(4);
  units = new UnitOfWork(database);
});

afterEach(async () => {
  await database.close();
  await fresh.drop();
});

/** Any row of any table will do; a lease is a small one. */
async function insert(tx: Context, name: string): Promise<void> {
  await database.rows(tx, leaseRows).insert({ name, holder: 'nobody', expiresAt: 0 });
}

async function change(tx: Context, name: string, holder: string): Promise<void> {
  await database.rows(tx, leaseRows).update({ name }, { holder });
}

async function names(): Promise<readonly string[]> {
  const rows = await database.rows(ctx, leaseRows).find({ order: { name: 'ASC' } });
  return rows.map(({ name }) => name);
}

async function holders(): Promise<Readonly<Record<string, string>>> {
  const rows = await database.rows(ctx, leaseRows).find();
  return Object.fromEntries(rows.map(({ name, holder }) => [name, holder]));
}

it('keeps what it wrote and answers what the work answered', async () => {
  const answer = await units.run(ctx, async (tx) => {
    await insert(tx, 'a');
    return 42;
  });
  expect(answer).toBe(42);
  expect(await names()).toEqual(['a']);
});

it('leaves nothing when the work throws, and throws the same', async () => {
  const failure = new Error('changed my mind');
  const run = units.run(ctx, async (tx) => {
    await insert(tx, 'a');
    throw failure;
  });
  await expect(run).rejects.toBe(failure);
  expect(await names()).toEqual([]);
});

it('shows nothing outside before it ends', async () => {
  await units.run(ctx, async (tx) => {
    await insert(tx, 'a');
    expect(await database.rows(tx, leaseRows).count()).toBe(1);
    expect(await names()).toEqual([]);
  });
  expect(await names()).toEqual(['a']);
});

describe('a nested run', () => {
  it('joins the outer transaction', async () => {
    await units.run(ctx, async (outer) => {
      await insert(outer, 'a');
      await units.run(outer, async (inner) => {
        expect(transactionOf(inner)).toBe(transactionOf(outer));
        await insert(inner, 'b');
      });
      expect(await names()).toEqual([]);
    });
    expect(await names()).toEqual(['a', 'b']);
  });

  it('is undone with the outer one', async () => {
    const run = units.run(ctx, async (outer) => {
      await units.run(outer, (inner) => insert(inner, 'a'));
      throw new Error('the outer work failed');
    });
    await expect(run).rejects.toThrow('the outer work failed');
    expect(await names()).toEqual([]);
  });

  it('refuses the context from outside, which would wait for itself', async () => {
    const run = units.run(ctx, async (tx) => {
      await insert(tx, 'a');
      await units.run(ctx, (other) => insert(other, 'b'));
    });
    await expect(run).rejects.toThrow('a unit of work was given the outer context');
    expect(await names()).toEqual([]);
  });
});

it('ends well when work inside starts another unit after it ended', async () => {
  let later: Promise<void> | undefined;
  await units.run(ctx, async (tx) => {
    await insert(tx, 'a');
    transactionOf(tx)!.afterCommit.push(() => {
      later = units.run(ctx, (next) => insert(next, 'b'));
    });
  });
  await later;
  expect(await names()).toEqual(['a', 'b']);
});

it('keeps parallel units apart: those that fail take nothing of the others with them', async () => {
  const expected = Array.from(
    { length: 20 },
    (_, index) => `unit-${String(index).padStart(2, '0')}`,
  );
  const runs = await Promise.allSettled(
    expected.map((name, index) =>
      units.run(ctx, async (tx) => {
        await insert(tx, name);
        // What another unit could slip in between, if they shared a transaction.
        await database.rows(tx, leaseRows).countBy({ name });
        await change(tx, name, 'somebody');
        if (index % 2 === 1) throw new Error('odd');
      }),
    ),
  );
  expect(runs.filter(({ status }) => status === 'rejected')).toHaveLength(10);
  const even = expected.filter((_, index) => index % 2 === 0);
  expect(await holders()).toEqual(Object.fromEntries(even.map((name) => [name, 'somebody'])));
});

describe('what is done at the end', () => {
  it('runs in order, inside the transaction before and after the commit', async () => {
    const steps: string[] = [];
    await units.run(ctx, async (tx) => {
      const transaction = transactionOf(tx)!;
      transaction.afterCommit.push(() => steps.push('after'));
      transaction.beforeCommit.push(async () => {
        await insert(tx, 'a');
        steps.push('before');
      });
      steps.push('work');
      return Promise.resolve();
    });
    expect(steps).toEqual(['work', 'before', 'after']);
    expect(await names()).toEqual(['a']);
  });

  it('tells nobody of a unit that rolled back', async () => {
    const told = jest.fn();
    const afterWork = units.run(ctx, async (tx) => {
      transactionOf(tx)!.afterCommit.push(told);
      return Promise.reject(new Error('no'));
    });
    await expect(afterWork).rejects.toThrow('no');
    const beforeCommit = units.run(ctx, async (tx) => {
      transactionOf(tx)!.afterCommit.push(told);
      transactionOf(tx)!.beforeCommit.push(() => Promise.reject(new Error('not even now')));
      await insert(tx, 'a');
    });
    await expect(beforeCommit).rejects.toThrow('not even now');
    expect(told).not.toHaveBeenCalled();
    expect(await names()).toEqual([]);
  });
});

it('needs no second connection for nested units, the outbox and leases', async () => {
  await database.close();
  // A pool of 1: a query outside the transaction would wait for ever.
  database = await open(1);
  units = new UnitOfWork(database);
  const clock = new Clock();
  const outbox = new Outbox(new OutboxRepository(database, clock));
  const leases = new Leases(database, clock);
  await units.run(ctx, async (tx) => {
    await insert(tx, 'a');
    await units.run(tx, async (inner) => {
      expect(await leases.hold(inner, 'b', 'somebody', 1000)).toBe(true);
      const subject = { type: 'instance', id: 'i', name: 'i' };
      outbox.record(inner, { type: 'tested', projectId: INSTANCE_PROJECT, subject });
    });
  });
  expect(await names()).toEqual(['a', 'b']);
});

// DIALECT: units take turns on SQLite, so they cannot wait for each other, and it has no server.
if (dialect !== 'sqlite') {
  describe('a deadlock', () => {
    /** Resolves for all once `count` have come. */
    function meeting(count: number): () => Promise<void> {
      const everybody = Promise.withResolvers<undefined>();
      let coming = count;
      return async () => {
        coming -= 1;
        if (coming === 0) everybody.resolve(undefined);
        await everybody.promise;
      };
    }

    it('ends well for both units, one of which runs again', async () => {
      await units.run(ctx, async (tx) => {
        await insert(tx, 'a');
        await insert(tx, 'b');
      });
      const bothHoldOne = meeting(2);
      let attempts = 0;
      const lockBoth = (first: string, second: string, holder: string) =>
        units.run(ctx, async (tx) => {
          attempts += 1;
          await change(tx, first, holder);
          await bothHoldOne();
          await change(tx, second, holder);
        });
      await Promise.all([lockBoth('a', 'b', 'one'), lockBoth('b', 'a', 'two')]);
      expect(attempts).toBe(3);
      const { a, b } = await holders();
      expect(a).toBe(b);
    });

    it('is given up as overloaded after three more attempts', async () => {
      let attempts = 0;
      const code = dialect === 'postgres' ? '40P01' : 'ER_LOCK_DEADLOCK';
      const run = units.run(ctx, () => {
        attempts += 1;
        return Promise.reject(Object.assign(new Error('deadlock'), { code }));
      });
      await expect(run).rejects.toMatchObject({ code: 'overloaded' });
      expect(attempts).toBe(4);
    });
  });

  describe('a connection that the server cuts', () => {
    const connectionId =
      dialect === 'postgres' ? 'SELECT pg_backend_pid() AS id' : 'SELECT CONNECTION_ID() AS id';

    async function cut(tx: Context): Promise<void> {
      const [row] = await database.manager(tx).query<{ id: number }[]>(connectionId);
      const { id } = row!;
      const raw = await RawDatabase.open(fresh);
      await raw.run(dialect === 'postgres' ? `SELECT pg_terminate_backend(${id})` : `KILL ${id}`);
      await raw.close();
    }

    it('is told as such by the next statement, and by no later unit', async () => {
      const run = units.run(ctx, async (tx) => {
        await insert(tx, 'a');
        await cut(tx);
        await insert(tx, 'b');
      });
      const error: unknown = await run.catch((cause: unknown) => cause);
      expect(isAway(error)).toBe(true);
      expect(await names()).toEqual([]);
      // As many as the pool has connections, so that each of them is used.
      const later = ['c', 'd', 'e', 'f'];
      await Promise.all(later.map((name) => units.run(ctx, (tx) => insert(tx, name))));
      expect(await names()).toEqual(later);
    });

    it('is told as such when the unit notices it at its end', async () => {
      const run = units.run(ctx, async (tx) => {
        await insert(tx, 'a');
        await cut(tx);
      });
      const error: unknown = await run.catch((cause: unknown) => cause);
      expect(isAway(error)).toBe(true);
      expect(await names()).toEqual([]);
    });

    const isAway = (error: unknown) =>
      error instanceof Problem ? error.code === 'database-unavailable' : isUnavailable(error);
  });
}
