import { type QueryRunner, TableIndex } from 'typeorm';
import { type Column, physicalColumn } from './columns.js';
import type { Dialect } from './dialect.js';
import { physicalTable, type TableDefinition } from './table-definition.js';

export { ascii, bigint, boolean, id, integer, longText, text, time } from './columns.js';
export { protectTable, unprotectTable, type ImmutableTable } from './immutable-table.js';
export type { Dialect } from './dialect.js';
export type { TableDefinition } from './table-definition.js';

/** A snapshot of tables as one migration makes them, by name, parents before children. */
export type Tables = Readonly<Record<string, TableDefinition>>;

export function dialectOf(runner: QueryRunner): Dialect {
  switch (runner.dataSource.options.type) {
    case 'better-sqlite3':
      return 'sqlite';
    case 'postgres':
      return 'postgres';
    default:
      return 'mysql';
  }
}

/** Leaves a table that exists as it is: MySQL commits each one, so a failed run may have made some. */
export async function createTables(runner: QueryRunner, tables: Tables): Promise<void> {
  const dialect = dialectOf(runner);
  for (const [name, definition] of Object.entries(tables)) {
    await runner.createTable(physicalTable(name, definition, dialect), true);
  }
}

/** Adds nullable columns; a column that a half-done run has added is left as it is. */
export async function addColumns(
  runner: QueryRunner,
  table: string,
  columns: TableDefinition['columns'],
): Promise<void> {
  const dialect = dialectOf(runner);
  for (const [name, column] of Object.entries(columns)) {
    if (await runner.hasColumn(table, name)) continue;
    // TypeORM's own way rebuilds the table on SQLite, and its triggers with it are gone.
    await runner.query(`ALTER TABLE ${table} ADD COLUMN ${name} ${columnType(column, dialect)}`);
  }
}

export async function dropColumns(
  runner: QueryRunner,
  table: string,
  columns: TableDefinition['columns'],
): Promise<void> {
  for (const name of Object.keys(columns)) {
    if (!(await runner.hasColumn(table, name))) continue;
    await runner.query(`ALTER TABLE ${table} DROP COLUMN ${name}`);
  }
}

/** Adds indexes by name; one that a half-done run has added is left as it is. */
export async function addIndexes(
  runner: QueryRunner,
  table: string,
  indexes: Readonly<Record<string, readonly string[]>>,
): Promise<void> {
  const present = await indexNames(runner, table);
  for (const [name, columns] of Object.entries(indexes)) {
    if (present.has(name)) continue;
    await runner.createIndex(table, new TableIndex({ name, columnNames: [...columns] }));
  }
}

export async function dropIndexes(
  runner: QueryRunner,
  table: string,
  indexes: Readonly<Record<string, readonly string[]>>,
): Promise<void> {
  const present = await indexNames(runner, table);
  for (const name of Object.keys(indexes)) {
    if (present.has(name)) await runner.dropIndex(table, name);
  }
}

async function indexNames(runner: QueryRunner, table: string): Promise<ReadonlySet<unknown>> {
  return new Set((await runner.getTable(table))?.indices.map(({ name }) => name));
}

/** Fewer parameters than any database takes for one statement. */
const rowsAtOnce = 1000;

/** Inserts rows that all have the same columns. */
export async function insertRows(
  runner: QueryRunner,
  table: string,
  rows: readonly Readonly<Record<string, string>>[],
): Promise<void> {
  const columns = Object.keys(rows[0] ?? {});
  for (let from = 0; from < rows.length; from += rowsAtOnce) {
    const values = rows.slice(from, from + rowsAtOnce).map((row) => Object.values(row));
    // Not TypeORM's own way: it knows the columns of today when it knows the table.
    await runner.query(
      `INSERT INTO ${table} (${columns.join(', ')}) VALUES ${tuples(values, dialectOf(runner))}`,
      values.flat(),
    );
  }
}

/** DIALECT: parameters as each database spells them. */
function tuples(rows: readonly (readonly unknown[])[], dialect: Dialect): string {
  let parameter = 0;
  const spelled = () => (dialect === 'postgres' ? `$${(parameter += 1)}` : '?');
  return rows.map((row) => `(${row.map(spelled).join(', ')})`).join(', ');
}

/** DIALECT: a column's type as SQL; each database says in its own words how it compares text. */
function columnType(column: Column, dialect: Dialect): string {
  const { type, length, charset, collation } = physicalColumn(column, dialect);
  return [
    length === undefined ? type : `${type}(${length})`,
    charset && `CHARACTER SET ${charset}`,
    collation && `COLLATE ${dialect === 'postgres' ? `"${collation}"` : collation}`,
    'NULL',
  ]
    .filter(Boolean)
    .join(' ');
}

export async function dropTables(runner: QueryRunner, tables: Tables): Promise<void> {
  for (const name of Object.keys(tables).reverse()) await runner.dropTable(name, true);
}

/** @throws Error saying what to change, when the server would refuse the triggers half way */
export async function requireTriggerRights(runner: QueryRunner): Promise<void> {
  if (dialectOf(runner) !== 'mysql') return;
  const rows = (await runner.query(
    'SELECT @@log_bin AS logging, @@log_bin_trust_function_creators AS trusting',
  )) as { logging: number; trusting: number }[];
  const server = rows[0];
  if (server?.logging !== 1 || server.trusting === 1) return;
  const grants = JSON.stringify(await runner.query('SHOW GRANTS'));
  if (/\bSUPER\b|ALL PRIVILEGES ON \*\.\*/.test(grants)) return;
  throw new Error(
    'the server writes a binary log, so it lets only a SUPER user create triggers: ' +
      'set log_bin_trust_function_creators = 1 on the server, or migrate as such a user',
  );
}
