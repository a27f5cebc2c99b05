import { Readable } from 'node:stream';
import { createConnection } from 'mysql2/promise';
import { databaseUnderTest, type FreshDatabase, freshDatabase } from '../support/fresh-database.js';
import {
  changed,
  columnsOf,
  immutableTables,
  type ImmutableTableName,
  RawAttack,
  refusal,
} from '../support/raw-attack.js';
import { literal, type RawRow } from '../support/raw-database.js';

let fresh: FreshDatabase;
let attack: RawAttack;

beforeEach(async () => {
  fresh = await freshDatabase();
  attack = await RawAttack.on(fresh);
});

afterEach(async () => {
  await attack.raw.close();
  await fresh.drop();
});

describe.each(Object.keys(immutableTables) as ImmutableTableName[])('a row of %s', (table) => {
  const primary = immutableTables[table];
  let first: RawRow;
  let takeSecond: string;

  beforeEach(async () => {
    const rows = (await attack.rows())[table];
    first = rows[0]!;
    takeSecond = `SET ${attack.equal(rows[1]!, primary)}`;
  });

  it('keeps every column through UPDATE', async () => {
    const updates = columnsOf(first).flatMap((name) => {
      const update = `UPDATE ${table} SET ${attack.raw.quote(name)} = ${literal(changed(first[name]!))}`;
      return [update, `${update} WHERE ${attack.equal(first, primary)}`];
    });
    await attack.expectRefused(updates, refusal);
  });

  it('is not deleted', async () => {
    const one = `DELETE FROM ${table} WHERE ${attack.equal(first, primary)}`;
    await attack.expectRefused([`DELETE FROM ${table}`, one], refusal);
  });

  it('is not overwritten by an insert that takes one of its unique keys', async () => {
    const rows = await attack.usurpers(table, first);
    const into = rows.map((row) => attack.raw.into(table, row));
    const keys = await attack.uniqueKeys(table);
    const statements = {
      sqlite: into.flatMap((values) => [
        `INSERT OR REPLACE INTO ${values}`,
        `REPLACE INTO ${values}`,
        `INSERT INTO ${values} ON CONFLICT DO UPDATE SET ${primary} = '9'`,
      ]),
      postgres: keys.map(
        (key, index) =>
          `INSERT INTO ${into[index]!} ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${primary} = '9'`,
      ),
      mysql: into.flatMap((values) => [
        `REPLACE INTO ${values}`,
        `INSERT INTO ${values} ON DUPLICATE KEY UPDATE ${primary} = '9'`,
      ]),
    };
    await attack.expectRefused(statements[fresh.dialect], refusal);
  });

  it('is not overwritten by the other forms that each database has', async () => {
    const merge = `MERGE INTO ${table} USING projects ON true WHEN MATCHED THEN`;
    const statements = {
      sqlite: [
        `INSERT OR REPLACE INTO ${table} SELECT * FROM ${table}`,
        `UPDATE OR REPLACE ${table} ${takeSecond}`,
        `UPDATE OR IGNORE ${table} ${takeSecond}`,
      ],
      postgres: [`${merge} DELETE`, `${merge} UPDATE ${takeSecond}`],
      mysql: [
        `REPLACE INTO ${table} SELECT * FROM ${table}`,
        `UPDATE IGNORE ${table} ${takeSecond}`,
        `DELETE IGNORE FROM ${table}`,
        `DELETE ${table} FROM ${table} JOIN projects`,
      ],
    };
    await attack.expectRefused(statements[fresh.dialect], refusal);
  });

  it('is not truncated', async () => {
    const statements = {
      sqlite: [`DELETE FROM ${table} WHERE true`],
      postgres: [`TRUNCATE ${table}`, `TRUNCATE ${table} CASCADE`],
      mysql: [`TRUNCATE TABLE ${table}`],
    };
    await attack.expectRefused(statements[fresh.dialect], /never change|foreign key/);
  });

  if (databaseUnderTest() === 'mysql') {
    it('is not overwritten by a file', async () => {
      const before = await attack.rows();
      const connection = await createConnection(fresh.url);
      const [row] = await attack.usurpers(table, first);
      const line = columnsOf(first).map((name) => row![name] ?? '\\N');
      await expect(
        connection.query({
          sql: `LOAD DATA LOCAL INFILE 'rows' REPLACE INTO TABLE ${table}`,
          infileStreamFactory: () => Readable.from([Buffer.from(`${line.join('\t')}\n`)]),
        }),
      ).rejects.toThrow(refusal);
      await connection.end();
      expect(await attack.rows()).toStrictEqual(before);
    });
  }
});

describe('the rows on which immutable ones depend', () => {
  it('cannot be deleted or renumbered', async () => {
    const statements = ['projects', 'prompts', 'versions', 'label_moves'].flatMap((table) => [
      `DELETE FROM ${table}`,
      `UPDATE ${table} SET id = 'other' WHERE id LIKE '%-1'`,
    ]);
    await attack.expectRefused(statements, /never change|foreign key/i);
  });

  it('take nothing with them in a session without checks', async () => {
    const settings = {
      sqlite: ['PRAGMA foreign_keys = OFF', 'PRAGMA recursive_triggers = OFF'],
      postgres: ['SET CONSTRAINTS ALL DEFERRED'],
      mysql: ["SET foreign_key_checks = 0, unique_checks = 0, sql_mode = ''"],
    };
    for (const setting of settings[fresh.dialect]) await attack.raw.run(setting);
    const tables = await attack.tableNames();
    expect(tables).toEqual(expect.arrayContaining(['users', 'projects', 'prompts', 'labels']));
    await attack.expectHarmless(tables.map((table) => `DELETE FROM ${table}`));
    // DIALECT: only Postgres truncates within a transaction, and what depends on a table with it.
    if (fresh.dialect !== 'postgres') return;
    await attack.expectHarmless(tables.map((table) => `TRUNCATE ${table} CASCADE`));
  });
});
