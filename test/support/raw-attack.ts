import type { FreshDatabase } from './fresh-database.js';
import { literal, RawDatabase, type RawRow, type RawValue } from './raw-database.js';
import { fillRegistry } from './registry-rows.js';

/** The tables whose rows never change, each with its primary key. */
export const immutableTables = {
  versions: 'id',
  label_moves: 'id',
  audit_log: 'sequence',
  audit_checkpoints: 'sequence',
  signing_keys: 'key_id',
};
export type ImmutableTableName = keyof typeof immutableTables;

export const refusal = /rows of \w+ never change/;
export const accepted = 'nothing refused it';

export type Rows = Readonly<Record<ImmutableTableName, readonly RawRow[]>>;

/** A filled registry, and somebody at its database who tries to change what never changes. */
export class RawAttack {
  private constructor(readonly raw: RawDatabase) {}

  static async on(fresh: FreshDatabase): Promise<RawAttack> {
    const raw = await RawDatabase.open(fresh);
    await fillRegistry(raw);
    return new RawAttack(raw);
  }

  /** The same database through another account. */
  async as(url: string): Promise<RawAttack> {
    return new RawAttack(await RawDatabase.open({ dialect: this.raw.dialect, url }));
  }

  /** Everything in the immutable tables; DIALECT: on SQLite with the number that a row has besides. */
  async rows(): Promise<Rows> {
    const all = async (table: ImmutableTableName) => {
      const columns = this.raw.dialect === 'sqlite' ? 'rowid, *' : '*';
      return this.raw.run(`SELECT ${columns} FROM ${table} ORDER BY ${immutableTables[table]}`);
    };
    return {
      versions: await all('versions'),
      label_moves: await all('label_moves'),
      audit_log: await all('audit_log'),
      audit_checkpoints: await all('audit_checkpoints'),
      signing_keys: await all('signing_keys'),
    };
  }

  /** Runs the statements in a transaction that leaves nothing; tells what came of them. */
  async attempt(...statements: readonly string[]): Promise<{ outcome: string; rows: Rows }> {
    await this.raw.run('BEGIN');
    let outcome: string;
    try {
      for (const statement of statements) await this.raw.run(statement);
      return { outcome: accepted, rows: await this.rows() };
    } catch (error) {
      outcome = (error as Error).message;
    } finally {
      await this.raw.run('ROLLBACK');
    }
    return { outcome, rows: await this.rows() };
  }

  /** Expects that the database refuses each statement for this reason, and that nothing changes. */
  async expectRefused(
    statements: readonly string[],
    reason: RegExp,
    ...before: readonly string[]
  ): Promise<void> {
    const rows = await this.rows();
    expect(statements.length).toBeGreaterThan(0);
    for (const statement of statements) {
      const result = await this.attempt(...before, statement);
      expect([statement, result.outcome]).toEqual([statement, expect.stringMatching(reason)]);
      expect(result.rows).toStrictEqual(rows);
    }
  }

  /** Expects that no row of the immutable tables changes, whether or not a statement is refused. */
  async expectHarmless(statements: readonly string[]): Promise<void> {
    const rows = await this.rows();
    for (const statement of statements) {
      const result = await this.attempt(statement);
      expect([statement, result.rows]).toStrictEqual([statement, rows]);
    }
  }

  async tableNames(): Promise<readonly string[]> {
    const catalogues = {
      sqlite: `SELECT name FROM sqlite_master WHERE type = 'table'`,
      postgres: `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`,
      mysql: `SELECT table_name AS name FROM information_schema.tables
              WHERE table_schema = DATABASE()`,
    };
    return (await this.raw.run(catalogues[this.raw.dialect])).map(({ name }) => String(name));
  }

  /** The unique keys that the database has, so that one that a migration adds is tested too. */
  async uniqueKeys(table: ImmutableTableName): Promise<readonly (readonly string[])[]> {
    const catalogues = {
      sqlite: `SELECT list.name AS "key", info.name AS "column"
               FROM pragma_index_list('${table}') list, pragma_index_info(list.name) info
               WHERE list."unique"`,
      postgres: `SELECT indexrelid AS "key", attname AS "column"
                 FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey)
                 WHERE indrelid = '${table}'::regclass AND indisunique`,
      mysql: `SELECT index_name AS \`key\`, column_name AS \`column\`
              FROM information_schema.statistics
              WHERE table_schema = DATABASE() AND table_name = '${table}' AND non_unique = 0`,
    };
    const columns = await this.raw.run(catalogues[this.raw.dialect]);
    const keys = [...Map.groupBy(columns, ({ key }) => key).values()];
    expect(keys.length).toBeGreaterThan(0);
    return keys.map((rows) => rows.map(({ column }) => String(column)));
  }

  /** Rows that each take one unique key of an existing row and have all others to themselves. */
  async usurpers(table: ImmutableTableName, row: RawRow): Promise<readonly RawRow[]> {
    const keys = await this.uniqueKeys(table);
    const lasts = keys.map((key) => key.at(-1)!);
    const differing = (taken: readonly string[]): RawRow =>
      Object.fromEntries(
        columnsOf(row).map((name) => [
          name,
          lasts.includes(name) && !taken.includes(name) ? unlikeAny(row[name]!) : row[name]!,
        ]),
      );
    const rows = keys.map(differing);
    // DIALECT: the number that SQLite gives every row is a key too.
    if (this.raw.dialect === 'sqlite') rows.push({ rowid: row.rowid!, ...differing([]) });
    return rows;
  }

  /** `column = value, …`, quoted. */
  equal(row: RawRow, ...columns: readonly string[]): string {
    return columns.map((name) => `${this.raw.quote(name)} = ${literal(row[name])}`).join(' AND ');
  }
}

export const columnsOf = (row: RawRow) => Object.keys(row).filter((name) => name !== 'rowid');

const isWhole = (value: RawValue) => /^\d+$/.test(String(value));

const unlikeAny = (value: RawValue) => (isWhole(value) ? 99 : '9.9.9');

/** Another value of the same type, no longer than the one there is. */
export function changed(value: RawValue): RawValue {
  if (value === null) return 'x';
  if (typeof value === 'boolean') return !value;
  // The driver of Postgres gives a bigint as text.
  return isWhole(value) ? Number(value) + 1 : `x${String(value).slice(1)}`;
}
