import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { DataSource, type EntityManager, type Repository } from 'typeorm';
import type { OperationContext } from '../authorization/index.js';
import {
  BACKGROUND_CONNECTIONS,
  connectionOptions,
  type DatabaseSettings,
} from './connection-options.js';
import type { Dialect, ServerAddress } from './dialect.js';
import { type PreparedStatements, preparedStatements } from './prepared-statements.js';
import { insertStatement, rowFrom, selectStatement, updateStatement } from './row-statements.js';
import { ServerPool } from './server-pool.js';
import { lockSqliteFile, type FileLock } from './sqlite-file-lock.js';
import type { Statement, Value } from './statement.js';
import type { Rows } from './table-definition.js';
import { requireTransaction, transactionOf } from './transaction.js';

/** Writers that wait for each other's locks must not hold every connection. */
const WRITERS_SHARE = 0.8;

/** What opening a database of either kind brings about. */
interface Opened {
  readonly dialect: Dialect;
  readonly writer: DataSource;
  readonly reader: DataSource;
  readonly maxWriters: number;
  /** Both pools of a server. */
  readonly pools: readonly ServerPool[];
  /** For work in the background: where it writes, and where it reads. */
  readonly background: { readonly writer: DataSource; readonly reader: DataSource };
  readonly fileLock: FileLock | undefined;
}

/**
 * The connections to the database. DIALECT: SQLite has one connection for writing, which the unit
 * of work hands out to one unit at a time, and a read-only one for everything else, since TypeORM
 * would let parallel transactions interleave on a shared connection. Servers have one pool for
 * requests, and a small one for the work that keeps an instance informed.
 */
export class Database {
  readonly dialect: Dialect;
  readonly writer: DataSource;
  /** Units of work that may be open at once; the rest of the pool is for those who read. */
  readonly maxWriters: number;
  /** Snapshots that may be open at once, which together leave the writers theirs. */
  readonly maxSnapshots: number;
  private readonly prepared: PreparedStatements;
  private pinging: Promise<unknown> | undefined;
  private snapshots: Promise<DataSource> | undefined;

  private constructor(
    private readonly settings: DatabaseSettings,
    private readonly opened: Opened,
  ) {
    const { dialect, writer, reader, maxWriters } = opened;
    this.dialect = dialect;
    this.writer = writer;
    this.maxWriters = maxWriters;
    this.maxSnapshots = dialect === 'sqlite' ? 1 : Math.max(1, settings.poolSize - maxWriters);
    this.prepared = preparedStatements(reader, dialect);
  }

  /** @throws Error naming the file when another process has the SQLite database open */
  static async open(settings: DatabaseSettings): Promise<Database> {
    const { address } = settings;
    return new Database(
      settings,
      address.dialect === 'sqlite'
        ? await openFile(settings, address.path)
        : await openServer(address, settings.poolSize),
    );
  }

  /** Where the context's units of work have their connections. */
  writerOf(ctx: OperationContext): DataSource {
    return (ctx.background ? this.opened.background : this.opened).writer;
  }

  /** Runs SQL inside the context's transaction, or outside of any. */
  manager(ctx: OperationContext): EntityManager {
    const { reader } = ctx.background ? this.opened.background : this.opened;
    return transactionOf(ctx)?.manager ?? reader.manager;
  }

  /** The rows of one table, inside the context's transaction when there is one. */
  rows<Row extends object>(ctx: OperationContext, rows: Rows<Row>): Repository<Row> {
    return this.manager(ctx).getRepository<Row>(rows.table);
  }

  /** Inserts whole rows inside the context's transaction, with a statement that drivers prepare once. */
  async insert<Row extends object>(
    tx: OperationContext,
    rows: Rows<Row>,
    inserted: readonly Row[],
  ): Promise<void> {
    const { statement, values } = insertStatement(rows, inserted, this.dialect);
    await this.prepared(statement, values, requireTransaction(tx));
  }

  /** Changes the rows that have these values, likewise. */
  async update<Row extends object>(
    tx: OperationContext,
    rows: Rows<Row>,
    where: Partial<Row>,
    changes: Partial<Row>,
  ): Promise<void> {
    const { statement, values } = updateStatement(rows, where, changes, this.dialect);
    await this.prepared(statement, values, requireTransaction(tx));
  }

  /** The row that has these values, locked until the transaction ends. */
  async lock<Row extends object>(
    tx: OperationContext,
    rows: Rows<Row>,
    where: Partial<Row>,
  ): Promise<Row | undefined> {
    const options = { lock: true, dialect: this.dialect };
    const { statement, values } = selectStatement(rows, where, options);
    const [found] = await this.prepared(statement, values, requireTransaction(tx));
    return found && rowFrom(rows, found);
  }

  /**
   * The rows of a prepared statement, inside the context's transaction when there is one. They are
   * as the driver gives them: a bigint may be a string.
   */
  async query<Row extends object>(
    ctx: OperationContext,
    statement: Statement,
    values: readonly Exclude<Value, boolean>[],
  ): Promise<readonly Row[]> {
    const rows = await this.prepared(statement[this.dialect], values, transactionOf(ctx));
    return rows as readonly Row[];
  }

  /**
   * Where snapshots are taken. DIALECT: on SQLite a connection of its own, opened when the first is
   * taken. On the one that everybody reads from, the reads of others would come in between and see
   * the snapshot too, which is older than what they may have just written.
   */
  async snapshotSource(): Promise<DataSource> {
    if (this.dialect !== 'sqlite') return this.opened.reader;
    this.snapshots ??= new DataSource(connectionOptions(this.settings, 'read')).initialize();
    try {
      return await this.snapshots;
    } catch (error) {
      this.snapshots = undefined;
      throw error;
    }
  }

  /** Rejects when the database does not answer. Who asks meanwhile waits for the same answer. */
  async ping(): Promise<void> {
    this.pinging ??= this.opened.background.reader.query('SELECT 1').finally(() => {
      this.pinging = undefined;
    });
    await this.pinging;
  }

  /** Ends whatever waits for a server with an error; for a stop that must not wait for it. */
  sever(): void {
    for (const pool of this.opened.pools) pool.sever();
  }

  async close(): Promise<void> {
    const { pools, reader, writer, fileLock } = this.opened;
    await Promise.all(pools.map((pool) => pool.close()));
    if (pools.length > 0) return;
    await (await this.snapshots?.catch(() => undefined))?.destroy();
    await reader.destroy();
    await writer.destroy();
    fileLock?.release();
  }
}

async function openServer(address: ServerAddress, poolSize: number): Promise<Opened> {
  const requests = await ServerPool.open(address, poolSize);
  try {
    const apart = await ServerPool.open(address, BACKGROUND_CONNECTIONS);
    return {
      dialect: address.dialect,
      writer: requests.source,
      reader: requests.source,
      maxWriters: Math.max(1, Math.floor(poolSize * WRITERS_SHARE)),
      pools: [requests, apart],
      background: { writer: apart.source, reader: apart.source },
      fileLock: undefined,
    };
  } catch (error) {
    await requests.close();
    throw error;
  }
}

async function openFile(settings: DatabaseSettings, path: string): Promise<Opened> {
  mkdirSync(dirname(resolve(path)), { recursive: true, mode: 0o700 });
  const fileLock = lockSqliteFile(path);
  try {
    // The writer comes first: it makes the file and its write-ahead log.
    const writer = await new DataSource(connectionOptions(settings, 'write')).initialize();
    const reader = await new DataSource(connectionOptions(settings, 'read')).initialize();
    const both = { writer, reader };
    return { dialect: 'sqlite', ...both, maxWriters: 1, pools: [], background: both, fileLock };
  } catch (error) {
    fileLock.release();
    throw error;
  }
}
