import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { DataSource, type EntityManager, type Repository } from 'typeorm';
import type { OperationContext } from '../authorization/index.js';
import { connectionOptions, type DatabaseSettings } from './connection-options.js';
import type { Dialect } from './dialect.js';
import { type PreparedReads, preparedReads, type ReadParameter } from './prepared-reads.js';
import type { ReadStatement } from './read-statement.js';
import { lockSqliteFile, type FileLock } from './sqlite-file-lock.js';
import type { Rows } from './table-definition.js';
import { transactionOf } from './transaction.js';

/** Writers that wait for each other's locks must not hold every connection. */
const WRITERS_SHARE = 0.8;

/**
 * The connections to the database. DIALECT: SQLite has one connection for writing, which the unit
 * of work hands out to one unit at a time, and a read-only one for everything else, since TypeORM
 * would let parallel transactions interleave on a shared connection. Servers have one pool.
 */
export class Database {
  private readonly prepared: PreparedReads;
  private snapshots: Promise<DataSource> | undefined;

  private constructor(
    private readonly settings: DatabaseSettings,
    readonly writer: DataSource,
    private readonly reader: DataSource,
    /** Units of work that may be open at once; the rest of the pool is for those who read. */
    readonly maxWriters: number,
    private readonly fileLock: FileLock | undefined,
  ) {
    this.prepared = preparedReads(reader, settings.address.dialect);
  }

  get dialect(): Dialect {
    return this.settings.address.dialect;
  }

  /** Snapshots that may be open at once, which together leave the writers theirs. */
  get maxSnapshots(): number {
    return this.dialect === 'sqlite' ? 1 : Math.max(1, this.settings.poolSize - this.maxWriters);
  }

  /** @throws Error naming the file when another process has the SQLite database open */
  static async open(settings: DatabaseSettings): Promise<Database> {
    const { address } = settings;
    if (address.dialect !== 'sqlite') {
      const pool = await new DataSource(connectionOptions(settings, 'write')).initialize();
      if (address.dialect === 'mysql') await setMysqlSession(pool);
      const maxWriters = Math.max(1, Math.floor(settings.poolSize * WRITERS_SHARE));
      return new Database(settings, pool, pool, maxWriters, undefined);
    }
    mkdirSync(dirname(resolve(address.path)), { recursive: true, mode: 0o700 });
    const fileLock = lockSqliteFile(address.path);
    try {
      // The writer comes first: it makes the file and its write-ahead log.
      const writer = await new DataSource(connectionOptions(settings, 'write')).initialize();
      const reader = await new DataSource(connectionOptions(settings, 'read')).initialize();
      return new Database(settings, writer, reader, 1, fileLock);
    } catch (error) {
      fileLock.release();
      throw error;
    }
  }

  /** Runs SQL inside the context's transaction, or outside of any. */
  manager(ctx: OperationContext): EntityManager {
    return transactionOf(ctx)?.manager ?? this.reader.manager;
  }

  /** The rows of one table, inside the context's transaction when there is one. */
  rows<Row extends object>(ctx: OperationContext, rows: Rows<Row>): Repository<Row> {
    return this.manager(ctx).getRepository<Row>(rows.table);
  }

  /**
   * The rows of a prepared statement, inside the context's transaction when there is one. They are
   * as the driver gives them: a bigint may be a string.
   */
  async read<Row extends object>(
    ctx: OperationContext,
    statement: ReadStatement,
    parameters: readonly ReadParameter[],
  ): Promise<readonly Row[]> {
    const transaction = transactionOf(ctx);
    const rows = transaction
      ? await transaction.manager.query<object[]>(statement.text[this.dialect], [...parameters])
      : await this.prepared(statement, parameters);
    return rows as readonly Row[];
  }

  /**
   * Where snapshots are taken. DIALECT: on SQLite a connection of its own, opened when the first is
   * taken. On the one that everybody reads from, the reads of others would come in between and see
   * the snapshot too, which is older than what they may have just written.
   */
  async snapshotSource(): Promise<DataSource> {
    if (this.dialect !== 'sqlite') return this.reader;
    this.snapshots ??= new DataSource(connectionOptions(this.settings, 'read')).initialize();
    try {
      return await this.snapshots;
    } catch (error) {
      this.snapshots = undefined;
      throw error;
    }
  }

  /** Rejects when the database does not answer. */
  async ping(): Promise<void> {
    await this.reader.query('SELECT 1');
  }

  async close(): Promise<void> {
    await (await this.snapshots?.catch(() => undefined))?.destroy();
    if (this.reader !== this.writer) await this.reader.destroy();
    await this.writer.destroy();
    this.fileLock?.release();
  }
}

/**
 * Strict, or the server cuts what does not fit without a word; READ COMMITTED, because under
 * REPEATABLE READ a snapshot from before the lock failed 186 of 200 parallel publishes; and a wait
 * for a lock that ends before a caller's does.
 */
const mysqlSession = [
  "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', innodb_lock_wait_timeout = 10",
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
];

interface MysqlPool {
  on(event: 'connection', listener: (connection: { query(sql: string): void }) => void): void;
}

/** DIALECT: what every connection to MySQL is told first. */
async function setMysqlSession(source: DataSource): Promise<void> {
  const { pool } = source.driver as unknown as { readonly pool: MysqlPool };
  pool.on('connection', (connection) => {
    for (const statement of mysqlSession) connection.query(statement);
  });
  // The driver has opened one connection already, to see that the server is there.
  for (const statement of mysqlSession) await source.query(statement);
}
