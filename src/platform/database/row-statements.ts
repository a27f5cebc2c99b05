import { type Column, valueTransformer } from './columns.js';
import type { Dialect } from './dialect.js';
import { type DialectStatement, named, type Value } from './statement.js';
import { type Rows, snakeCase } from './table-definition.js';

export interface RowStatement {
  readonly statement: DialectStatement;
  readonly values: readonly Value[];
}

/** By table and what is asked of it; the same statement is what drivers prepare once. */
const statements = new WeakMap<object, Map<string, DialectStatement>>();
/** Inserts of more rows are each of another number, and would fill a connection with statements. */
const MAX_PREPARED_ROWS = 4;

/**
 * One INSERT. A builder of statements writes numbers into the text, so that no two are the same, and
 * takes longer to make one than a database takes to run it.
 */
export function insertStatement<Row extends object>(
  rows: Rows<Row>,
  inserted: readonly Row[],
  dialect: Dialect,
): RowStatement {
  const columns = columnsOf(rows);
  const text = () => {
    const sql = new Placeholders(dialect);
    const names = columns.map(({ name }) => sql.quoted(snakeCase(name)));
    const tuples = inserted.map(() => `(${columns.map(() => sql.next()).join(', ')})`);
    return `INSERT INTO ${sql.quoted(rows.table)} (${names.join(', ')}) VALUES ${tuples.join(', ')}`;
  };
  return {
    statement:
      inserted.length <= MAX_PREPARED_ROWS
        ? remembered(rows, `${dialect} insert ${inserted.length}`, text)
        : { text: text(), name: undefined },
    values: inserted.flatMap((row) => {
      const values = { ...row } as Readonly<Record<string, Value>>;
      return columns.map(({ name, column }) => stored(values[name], column, dialect));
    }),
  };
}

/** One UPDATE of rows by equality. */
export function updateStatement<Row extends object>(
  rows: Rows<Row>,
  where: Partial<Row>,
  changes: Partial<Row>,
  dialect: Dialect,
): RowStatement {
  const changed = Object.keys(changes);
  const wanted = Object.keys(where);
  return {
    statement: remembered(rows, `${dialect} update ${changed.join()} ${wanted.join()}`, () => {
      const sql = new Placeholders(dialect);
      const equals = (name: string) => `${sql.quoted(snakeCase(name))} = ${sql.next()}`;
      const assignments = changed.map(equals).join(', ');
      const conditions = wanted.map(equals).join(' AND ');
      return `UPDATE ${sql.quoted(rows.table)} SET ${assignments} WHERE ${conditions}`;
    }),
    values: [...valuesOf(rows, changes, dialect), ...valuesOf(rows, where, dialect)],
  };
}

/** One SELECT of whole rows by equality, which may lock what it finds until the transaction ends. */
export function selectStatement<Row extends object>(
  rows: Rows<Row>,
  where: Partial<Row>,
  { lock, dialect }: { readonly lock: boolean; readonly dialect: Dialect },
): RowStatement {
  const wanted = Object.keys(where);
  return {
    statement: remembered(rows, `${dialect} select ${lock} ${wanted.join()}`, () => {
      const sql = new Placeholders(dialect);
      const names = columnsOf(rows).map(
        ({ name }) => `${sql.quoted(snakeCase(name))} AS ${sql.quoted(name)}`,
      );
      const conditions = wanted.map((name) => `${sql.quoted(snakeCase(name))} = ${sql.next()}`);
      // DIALECT: SQLite needs no lock, because its write transactions take turns.
      const ending = lock && dialect !== 'sqlite' ? ' FOR UPDATE' : '';
      return `SELECT ${names.join(', ')} FROM ${sql.quoted(rows.table)} WHERE ${conditions.join(' AND ')}${ending}`;
    }),
    values: valuesOf(rows, where, dialect),
  };
}

/** A row as the program knows it, from what a driver answered. */
export function rowFrom<Row extends object>(rows: Rows<Row>, answered: object): Row {
  const values = answered as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    columnsOf(rows).map(({ name, column }) => {
      const transformer = valueTransformer(column);
      const value = values[name];
      return [name, transformer ? transformer.from(value) : value];
    }),
  ) as Row;
}

function columnsOf<Row extends object>({ definition }: Rows<Row>) {
  return Object.entries<Column>(definition.columns).map(([name, column]) => ({ name, column }));
}

function valuesOf<Row extends object>(
  rows: Rows<Row>,
  values: Partial<Row>,
  dialect: Dialect,
): readonly Value[] {
  const columns: Readonly<Record<string, Column | undefined>> = rows.definition.columns;
  return Object.entries<Value>({ ...values } as Record<string, Value>).map(([name, value]) =>
    stored(value, columns[name], dialect),
  );
}

/** DIALECT: SQLite has no booleans. */
function stored(value: Value | undefined, column: Column | undefined, dialect: Dialect): Value {
  if (column?.kind === 'boolean' && dialect === 'sqlite') return value === true ? 1 : 0;
  return value ?? null;
}

function remembered(rows: object, key: string, make: () => string): DialectStatement {
  const known = statements.get(rows) ?? new Map<string, DialectStatement>();
  statements.set(rows, known);
  const statement = known.get(key) ?? named(make());
  known.set(key, statement);
  return statement;
}

/** DIALECT: parameters and names in the notation of each database. */
class Placeholders {
  private count = 0;

  constructor(private readonly dialect: Dialect) {}

  next(): string {
    this.count += 1;
    return this.dialect === 'postgres' ? `$${this.count}` : '?';
  }

  quoted(name: string): string {
    return this.dialect === 'mysql' ? `\`${name}\`` : `"${name}"`;
  }
}
