import { systemContext } from '../../src/platform/authorization/index.js';
import {
  Database,
  parseDatabaseUrl,
  readStatement,
  UnitOfWork,
} from '../../src/platform/database/index.js';
import { databaseUnderTest, type FreshDatabase, freshDatabase } from '../support/fresh-database.js';

const ctx = systemContext('test');
const projectId = '00000000-0000-0000-0000-000000000000';

/** `before` and `position` are reserved words somewhere. */
const echo = readStatement(
  'test_echo',
  `SELECT r.project_id AS "projectId", r.revision AS "before", ? AS "position"
   FROM project_revisions r WHERE r.project_id = ? OR r.project_id = ?`,
);
const broken = readStatement('test_broken', 'SELECT no_such_column FROM project_revisions');

describe('a prepared read', () => {
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
    database.read<{ projectId: string; before: unknown; position: unknown }>(at, echo, [
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

  it('fails like a query, and leaves the connection usable', async () => {
    await expect(database.read(ctx, broken, [])).rejects.toThrow(/no_such_column/);
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

onPostgres('a prepared read behind a pooler that changes the session', () => {
  it('is answered without preparing it, and so is every one after it', async () => {
    const fresh = await freshDatabase();
    const address = parseDatabaseUrl(fresh.url);
    const database = await Database.open({ address: address!, poolSize: 1 });
    const read = () => database.read(ctx, echo, ['any', projectId, 'any']);
    const prepared = async () => {
      const rows: unknown[] = await database.writer.query(
        'SELECT name FROM pg_prepared_statements',
      );
      return rows;
    };
    await read();
    expect(await prepared()).toEqual([{ name: 'test_echo' }]);
    await database.writer.query('DEALLOCATE ALL');

    expect(await read()).toHaveLength(1);
    expect(await read()).toHaveLength(1);
    expect(await prepared()).toEqual([]);
    await database.close();
    await fresh.drop();
  });
});
