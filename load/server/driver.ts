import BetterSqlite3 from 'better-sqlite3';
import {
  createPool,
  type Pool as MysqlPool,
  type PoolConnection,
  type ResultSetHeader,
  type RowDataPacket,
} from 'mysql2/promise';
import { Pool, type PoolClient } from 'pg';
import type { Database } from './databases.js';

export type Value = string | number | null;
export type Row = Readonly<Record<string, unknown>>;
/** @param sql with `?` for each value; prepared once on each connection */
export type Run = (sql: string, values?: readonly Value[]) => Promise<readonly Row[]>;

/** A driver as somebody uses it who wants nothing but speed: prepared statements, no mapping. */
export interface Driver {
  readonly run: Run;
  /** Does the work on one connection between BEGIN and COMMIT. */
  readonly transaction: <T>(work: (run: Run) => Promise<T>) => Promise<T>;
  readonly close: () => Promise<void>;
}

/** As many connections as promptd takes by default. */
const poolSize = 10;

export function openDriver(dialect: Database, url: string): Driver {
  switch (dialect) {
    case 'sqlite':
      return sqlite(url);
    case 'postgres':
      return postgres(url);
    case 'mysql':
      return mysql(url);
  }
}

/** DIALECT: one connection, so one transaction at a time. */
function sqlite(url: string): Driver {
  const file = new BetterSqlite3(url.slice('sqlite:'.length));
  for (const setting of ['journal_mode = WAL', 'foreign_keys = ON', 'recursive_triggers = ON']) {
    file.pragma(setting);
  }
  const statements = new Map<string, BetterSqlite3.Statement>();
  const runNow = (sql: string, values: readonly Value[] = []): readonly Row[] => {
    let statement = statements.get(sql);
    if (!statement) statements.set(sql, (statement = file.prepare(sql)));
    if (statement.reader) return statement.all(...values) as Row[];
    statement.run(...values);
    return [];
  };
  const run: Run = (sql, values) => Promise.try(runNow, sql, values);
  let turn: Promise<unknown> = Promise.resolve();
  return {
    run,
    close: () => Promise.try(() => void file.close()),
    transaction: (work) => {
      const mine = turn.then(async () => {
        file.exec('BEGIN IMMEDIATE');
        try {
          const result = await work(run);
          file.exec('COMMIT');
          return result;
        } catch (error) {
          file.exec('ROLLBACK');
          throw error;
        }
      });
      turn = mine.catch(() => undefined);
      return mine;
    },
  };
}

/** DIALECT: named statements with `$1`. */
function postgres(url: string): Driver {
  const pool = new Pool({ connectionString: url, max: poolSize });
  const names = new Map<string, { name: string; text: string }>();
  const named = (sql: string) => {
    let found = names.get(sql);
    if (!found) {
      let parameter = 0;
      const text = sql.replaceAll('?', () => `$${(parameter += 1)}`);
      names.set(sql, (found = { name: `s${names.size}`, text }));
    }
    return found;
  };
  const runOn =
    (on: Pool | PoolClient): Run =>
    async (sql, values = []) =>
      (await on.query<Row>({ ...named(sql), values: [...values] })).rows;
  return {
    run: runOn(pool),
    close: () => pool.end(),
    transaction: async (work) => {
      const client = await pool.connect();
      try {
        await client.query('BEGIN');
        const result = await work(runOn(client));
        await client.query('COMMIT');
        return result;
      } catch (error) {
        await client.query('ROLLBACK');
        throw error;
      } finally {
        client.release();
      }
    },
  };
}

/** DIALECT: `execute` prepares on each connection once; promptd reads what is committed, as here. */
function mysql(url: string): Driver {
  const pool = createPool({ uri: url, connectionLimit: poolSize, charset: 'utf8mb4_bin' });
  pool.on('connection', (connection) => {
    void connection.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED');
  });
  const runOn =
    (on: MysqlPool | PoolConnection): Run =>
    async (sql, values = []) => {
      const [rows] = await on.execute<RowDataPacket[] | ResultSetHeader>(sql, [...values]);
      return Array.isArray(rows) ? rows : [{ ...rows }];
    };
  return {
    run: runOn(pool),
    close: () => pool.end(),
    transaction: async (work) => {
      const connection = await pool.getConnection();
      try {
        await connection.beginTransaction();
        const result = await work(runOn(connection));
        await connection.commit();
        return result;
      } catch (error) {
        await connection.rollback();
        throw error;
      } finally {
        connection.release();
      }
    },
  };
}
