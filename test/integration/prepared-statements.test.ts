import { type OperationContext, systemContext } from '../../src/platform/authorization/index.js';
import {
  Database,
  parseDatabaseUrl,
  ReadSnapshot,
  statement,
  UnitOfWork,
} from '../../src/platform/database/index.js';
import { databaseUnderTest, type FreshDatabase, freshDatabase } from '../support/fresh-database.js';

const ctx = systemContext('test');
const projectId = '00000000-0000-0000-0000-000000000000';

/** `before` and `position` are reserved words somewhere. */
const echo = statement(
  `SELECT r.project_id AS "projectId", r.revision AS "before", ? AS "position"
   FROM project_revisions r WHERE r.project_id = ? OR r.project_id = ?`,
);
const broken = statement('SELECT no_such_column FROM project_revisions');

type Late = (tx: OperationContext) => Promise<void>;

describe('a prepared statement', () => {
  let fresh: FreshDatabase;
  let database: Database;
  beforeAll(async () => {
    fresh = await freshDatabase();
    const address = parseDatabaseUrl(fresh.url);
    database = await Database.open({ address: address!, poolSize: 2 });
  });
  afterAll(async () => {
    await database.close();
    await fresh.drop();
  });

  const read = (text: string, at = ctx) =>
    database.query<{ projectId: string; before: unknown; position: unknown }>(at, echo, [
      text,
      projectId,
      text,
    ]);

  it.each(['plain', '', "'; DROP TABLE outbox; --", '?', '$1', '"`\\', 'ä 😀', 'x'.repeat(5_000)])(
    'takes %j for a value and never for SQL',
    async (text) => {
      const rows = await read(text);
      expect(rows).toHaveLength(1);
      expect(rows[0]).toMatchObject({ projectId, position: text });
      expect(Number(rows[0]?.before)).toBe(0);
    },
  );

  it('sees what its transaction wrote, and nobody else does', async () => {
    const unitOfWork = new UnitOfWork(database);
    await unitOfWork.run(ctx, async (tx) => {
      await database.manager(tx).query('UPDATE project_revisions SET revision = 7');
      expect(Number((await read('inside', tx))[0]?.before)).toBe(7);
      expect(Number((await read('outside'))[0]?.before)).toBe(0);
    });
    expect(Number((await read('after'))[0]?.before)).toBe(7);
    await unitOfWork.run(ctx, async (tx) => {
      await database.manager(tx).query('UPDATE project_revisions SET revision = 0');
    });
  });

  it.each([
    ['committed', async (late: Late) => new UnitOfWork(database).run(ctx, late)],
    [
      'rolled back',
      async (late: Late) =>
        new UnitOfWork(database)
          .run(ctx, async (tx) => {
            await late(tx);
            throw new Error('no');
          })
          .catch(() => undefined),
    ],
    ['a snapshot and ended', async (late: Late) => new ReadSnapshot(database).run(ctx, late)],
  ])('is refused to who comes when its transaction was %s', async (_, end) => {
    let kept = ctx;
    await end((tx) => {
      kept = tx;
      return Promise.resolve();
    });
    const isOver = /the transaction of this context is over/;
    await expect(read('late', kept)).rejects.toThrow(isOver);
    expect(() => database.manager(kept)).toThrow(isOver);
    await expect(new UnitOfWork(database).run(kept, () => read('later'))).rejects.toThrow(isOver);
  });

  it('fails like a query, and leaves the connection usable', async () => {
    await expect(database.query(ctx, broken, [])).rejects.toThrow(/no_such_column/);
    expect(await read('still')).toHaveLength(1);
  });

  it('is answered to many at once, each with its own', async () => {
    const texts = Array.from({ length: 50 }, (_, index) => `number ${index}`);
    const answers = await Promise.all(texts.map((text) => read(text)));
    expect(answers.map(([row]) => row?.position)).toEqual(texts);
  });
});

// DIALECT: only Postgres keeps prepared statements by name, in the session that prepared them.
const onPostgres = databaseUnderTest() === 'postgres' ? describe : describe.skip;

onPostgres('a prepared statement behind a pooler that changes the session', () => {
  let fresh: FreshDatabase;
  let database: Database;
  beforeEach(async () => {
    fresh = await freshDatabase();
    const address = parseDatabaseUrl(fresh.url);
    database = await Database.open({ address: address!, poolSize: 1 });
  });
  afterEach(async () => {
    await database.close();
    await fresh.drop();
  });

  const read = (at = ctx) => database.query(at, echo, ['any', projectId, 'any']);
  const prepared = async () =>
    database.writer.query<{ name: string; statement: string }[]>(
      'SELECT name, statement FROM pg_prepared_statements',
    );

  it('is answered without preparing it, and so is every one after it', async () => {
    await read();
    expect(await prepared()).toHaveLength(1);
    await database.writer.query('DEALLOCATE ALL');

    expect(await read()).toHaveLength(1);
    expect(await read()).toHaveLength(1);
    expect(await prepared()).toEqual([]);
  });

  it('begins its unit of work again, which happens once', async () => {
    const unitOfWork = new UnitOfWork(database);
    const count = async (tx: OperationContext) => {
      await database.manager(tx).query('UPDATE project_revisions SET revision = revision + 1');
      return read(tx);
    };
    await unitOfWork.run(ctx, count);
    await database.writer.query('DEALLOCATE ALL');

    expect(await unitOfWork.run(ctx, count)).toMatchObject([{ before: '2' }]);
    expect(await prepared()).toEqual([]);
  });

  it('is never run for another that has its name, because a name follows from the text', async () => {
    await read();
    const [first] = await prepared();
    const other = statement('SELECT 1 AS "position"');
    expect(Object.values(other).map((each) => each.name)).not.toContain(first?.name);
    expect(echo.postgres.name).toBe(first?.name);
  });
});
