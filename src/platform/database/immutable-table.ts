import type { QueryRunner } from 'typeorm';
import type { Dialect } from './dialect.js';

/** How the rows of a table are kept from ever changing, by the database itself. */
export interface ImmutableTable {
  readonly table: string;
  /** Every column, as the database has it. */
  readonly columns: readonly string[];
  /** Every unique key, the primary one too. */
  readonly keys: readonly (readonly string[])[];
  /** The one change allowed: `column` may become empty once `permit` holds a row for the `id`. */
  readonly blank?: { readonly column: string; readonly permit: string; readonly permitKey: string };
}

/**
 * Makes UPDATE, DELETE, REPLACE and TRUNCATE on the table fail for everybody but a schema owner who
 * drops the triggers. On MySQL, which has no TRUNCATE trigger, a foreign key that points to the
 * table refuses it: the caller's migration must have one. Safe to run again after a half-done run.
 *
 * SECURITY: on MySQL an account with the DROP privilege is such an owner, because it can truncate
 * with foreign_key_checks = 0, and one with CREATE TEMPORARY TABLES can hide the table of permits.
 * An account with SELECT, INSERT, UPDATE and DELETE alone, which is all the program needs once its
 * schema is there, can do neither.
 */
export async function protectTable(
  runner: QueryRunner,
  dialect: Dialect,
  table: ImmutableTable,
): Promise<void> {
  await unprotectTable(runner, dialect, table.table);
  for (const statement of protection(dialect, table)) await runner.query(statement);
}

export async function unprotectTable(
  runner: QueryRunner,
  dialect: Dialect,
  table: string,
): Promise<void> {
  for (const action of ['insert', 'update', 'delete', 'truncate']) {
    await runner.query(
      dialect === 'postgres'
        ? `DROP TRIGGER IF EXISTS tr_${table}_${action} ON ${table}`
        : `DROP TRIGGER IF EXISTS tr_${table}_${action}`,
    );
  }
  if (dialect === 'postgres') {
    await runner.query(`DROP FUNCTION IF EXISTS fn_${table}_refuse_update()`);
    await runner.query(`DROP FUNCTION IF EXISTS fn_${table}_refuse()`);
  }
}

/** DIALECT: the triggers of each database. */
function protection(dialect: Dialect, table: ImmutableTable): readonly string[] {
  switch (dialect) {
    case 'sqlite':
      return sqliteTriggers(table);
    case 'postgres':
      return postgresTriggers(table);
    case 'mysql':
      return mysqlTriggers(table);
  }
}

const refusal = (table: string) => `rows of ${table} never change`;

function sqliteTriggers({ table, columns, keys, blank }: ImmutableTable): readonly string[] {
  const refuse = `BEGIN SELECT RAISE(ABORT, '${refusal(table)}'); END`;
  // OR REPLACE fires no DELETE trigger on a connection that did not ask for it, and it takes the
  // number that a row has besides its columns for one more key.
  const taken = [...keys, ['rowid']]
    .map((key) => `(${key.map((column) => `${column} = NEW.${column}`).join(' AND ')})`)
    .join(' OR ');
  const exempt = blank
    ? `WHEN NOT (NEW.${blank.column} = '' AND ${permitted(blank)}
         AND ${unchanged([...columns, 'rowid'], blank, (column) => `NEW.${column} IS OLD.${column}`)})`
    : '';
  return [
    `CREATE TRIGGER tr_${table}_insert BEFORE INSERT ON ${table}
       WHEN EXISTS (SELECT 1 FROM ${table} WHERE ${taken}) ${refuse}`,
    `CREATE TRIGGER tr_${table}_update BEFORE UPDATE ON ${table} ${exempt} ${refuse}`,
    `CREATE TRIGGER tr_${table}_delete BEFORE DELETE ON ${table} ${refuse}`,
  ];
}

function postgresTriggers({ table, columns, blank }: ImmutableTable): readonly string[] {
  const raise = `RAISE EXCEPTION '${refusal(table)}' USING ERRCODE = 'restrict_violation'`;
  const same = (column: string) => `NEW.${column} IS NOT DISTINCT FROM OLD.${column}`;
  const exempt = blank
    ? `IF NEW.${blank.column} = '' AND ${permitted(blank)} AND ${unchanged(columns, blank, same)}
       THEN RETURN NEW; END IF;`
    : '';
  return [
    `CREATE FUNCTION fn_${table}_refuse() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN ${raise}; END $$`,
    `CREATE FUNCTION fn_${table}_refuse_update() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN ${exempt} ${raise}; END $$`,
    // SECURITY: otherwise a temporary table, or an operator, of the session stands for the real one.
    `DO $$ BEGIN EXECUTE format(
       'ALTER FUNCTION fn_${table}_refuse_update() SET search_path = pg_catalog, %I, pg_temp',
       current_schema()); END $$`,
    `CREATE TRIGGER tr_${table}_update BEFORE UPDATE ON ${table}
       FOR EACH ROW EXECUTE FUNCTION fn_${table}_refuse_update()`,
    `CREATE TRIGGER tr_${table}_delete BEFORE DELETE ON ${table}
       FOR EACH ROW EXECUTE FUNCTION fn_${table}_refuse()`,
    `CREATE TRIGGER tr_${table}_truncate BEFORE TRUNCATE ON ${table}
       FOR EACH STATEMENT EXECUTE FUNCTION fn_${table}_refuse()`,
  ];
}

function mysqlTriggers({ table, columns, blank }: ImmutableTable): readonly string[] {
  const signal = `SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '${refusal(table)}'`;
  // As bytes, because its collations take trailing spaces for nothing.
  const same = (column: string) =>
    `CAST(NEW.${column} AS BINARY) <=> CAST(OLD.${column} AS BINARY)`;
  const update = blank
    ? `BEGIN IF NOT (LENGTH(NEW.${blank.column}) = 0 AND ${permitted(blank)}
         AND ${unchanged(columns, blank, same)}) THEN ${signal}; END IF; END`
    : signal;
  return [
    `CREATE TRIGGER tr_${table}_update BEFORE UPDATE ON ${table} FOR EACH ROW ${update}`,
    `CREATE TRIGGER tr_${table}_delete BEFORE DELETE ON ${table} FOR EACH ROW ${signal}`,
  ];
}

type Blank = NonNullable<ImmutableTable['blank']>;

function permitted({ permit, permitKey }: Blank): string {
  return `EXISTS (SELECT 1 FROM ${permit} WHERE ${permit}.${permitKey} = OLD.id)`;
}

/** Whether no column differs but the one that may be blanked. */
function unchanged(
  columns: readonly string[],
  { column }: Blank,
  same: (column: string) => string,
): string {
  return columns
    .filter((other) => other !== column)
    .map(same)
    .join(' AND ');
}
