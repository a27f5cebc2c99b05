import type { DataSource } from 'typeorm';
import type { Dialect } from './dialect.js';
import { StatementForgotten } from './driver-errors.js';
import type { DialectStatement, Value } from './statement.js';
import type { Transaction } from './transaction.js';

/**
 * Runs a statement on the connection of the transaction, or on any that is in none, and answers its
 * rows as the driver gives them; none for one that has no result.
 *
 * @throws StatementForgotten inside of a transaction, which has to begin again
 */
export type PreparedStatements = (
  statement: DialectStatement,
  values: readonly Value[],
  transaction?: Transaction,
) => Promise<readonly object[]>;

/**
 * Runs statements through the driver, which takes a half to a quarter of the time that they take
 * through TypeORM. DIALECT: as each driver prepares.
 *
 * @param reader for what is in no transaction
 */
export function preparedStatements(reader: DataSource, dialect: Dialect): PreparedStatements {
  switch (dialect) {
    case 'sqlite':
      return onSqlite(reader.driver as unknown as SqliteDriver);
    case 'postgres':
      return onPostgres(reader.driver as unknown as PostgresDriver);
    case 'mysql':
      return onMysql(reader.driver as unknown as MysqlDriver);
  }
}

async function connectionOf<Connection>({ manager }: Transaction): Promise<Connection> {
  if (!manager.queryRunner) throw new Error('a transaction has a connection');
  return (await manager.queryRunner.connect()) as Connection;
}

interface SqliteStatement {
  readonly reader: boolean;
  all(...values: readonly Value[]): readonly object[];
  run(...values: readonly Value[]): unknown;
}
interface SqliteConnection {
  prepare(sql: string): SqliteStatement;
}
interface SqliteDriver {
  readonly databaseConnection: SqliteConnection;
}

function onSqlite({ databaseConnection }: SqliteDriver): PreparedStatements {
  const prepared = new WeakMap<SqliteConnection, Map<string, SqliteStatement>>();
  const prepare = (connection: SqliteConnection, { name, text }: DialectStatement) => {
    if (name === undefined) return connection.prepare(text);
    const known = prepared.get(connection) ?? new Map<string, SqliteStatement>();
    prepared.set(connection, known);
    const statement = known.get(name) ?? connection.prepare(text);
    known.set(name, statement);
    return statement;
  };
  // What it throws is a rejection, as with every other database.
  return async (wanted, values, transaction) => {
    const connection = transaction
      ? await connectionOf<SqliteConnection>(transaction)
      : databaseConnection;
    const statement = prepare(connection, wanted);
    if (statement.reader) return statement.all(...values);
    statement.run(...values);
    return [];
  };
}

interface PostgresQuery {
  readonly name?: string;
  readonly text: string;
  readonly values: readonly Value[];
}
interface PostgresConnection {
  query(query: PostgresQuery): Promise<{ readonly rows: readonly object[] }>;
}
interface PostgresDriver {
  readonly master: PostgresConnection;
}

/**
 * A name that the session does not know, or knows from somebody else, and an answer that has other
 * columns since the statement was prepared.
 */
const staleNameCodes = new Set<unknown>(['26000', '42P05', '0A000']);

function onPostgres({ master }: PostgresDriver): PreparedStatements {
  let keepsNames = true;
  return async ({ name, text }, values, transaction) => {
    const connection = transaction ? await connectionOf<PostgresConnection>(transaction) : master;
    const query = { text, values };
    // Nobody begins a snapshot again.
    if (!keepsNames || name === undefined || transaction?.readOnly) {
      return (await connection.query(query)).rows;
    }
    try {
      return (await connection.query({ name, ...query })).rows;
    } catch (error) {
      if (!staleNameCodes.has((error as { code?: unknown }).code)) throw error;
      // A pooler in transaction mode or a migration changed it, and may do so again at any time.
      keepsNames = false;
      if (transaction) throw new StatementForgotten(error);
      return (await connection.query(query)).rows;
    }
  };
}

type MysqlAnswer = (error: Error | null, result: unknown) => void;
interface MysqlConnection {
  query(sql: string, values: readonly Value[], answer: MysqlAnswer): void;
  execute(sql: string, values: readonly Value[], answer: MysqlAnswer): void;
}
interface MysqlDriver {
  readonly pool: MysqlConnection;
}

function onMysql({ pool }: MysqlDriver): PreparedStatements {
  return async ({ name, text }, values, transaction) => {
    const connection = transaction ? await connectionOf<MysqlConnection>(transaction) : pool;
    return new Promise((resolve, reject) => {
      const answer: MysqlAnswer = (error, result) => {
        if (error) reject(error);
        else resolve(Array.isArray(result) ? (result as readonly object[]) : []);
      };
      if (name === undefined) connection.query(text, values, answer);
      else connection.execute(text, values, answer);
    });
  };
}
