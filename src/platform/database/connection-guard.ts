import type { Socket } from 'node:net';
import type { DataSource, QueryRunner } from 'typeorm';
import { connectionsOverloaded } from './database.errors.js';
import type { ServerAddress } from './dialect.js';

/** How long a statement outside of a transaction may be without any sign of the server. */
const READ_SILENCE_MS = 5_000;
/** Inside of one it may wait for locks; the server itself gives up a moment earlier. */
const WRITE_SILENCE_MS = 31_000;
/** How long one waits for a connection that others hold. */
const MAX_WAIT_MS = 5_000;
/** Callers that may wait, for each connection there is. */
const WAITING_PER_CONNECTION = 100;
const STOPPED = 'the instance stops';
/** What the driver of Postgres says when nobody gave a connection back in time. */
const POSTGRES_WAITED = 'timeout exceeded when trying to connect';

interface Connection {
  /** MySQL's driver has the socket here, and the one of Postgres has it one step further. */
  readonly stream?: Socket;
  readonly connection?: { readonly stream: Socket };
  release(): void;
}

type Taken = (
  error: Error | null | undefined,
  connection?: Connection,
  release?: (error?: unknown) => void,
) => void;

type Listener = (...values: readonly never[]) => void;

interface PostgresPool {
  connect(taken?: Taken): Promise<Connection> | undefined;
  on(event: 'connect', listener: (connection: Connection) => void): void;
  on(event: 'release', listener: (error: unknown, connection: Connection) => void): void;
}

interface MysqlConnection extends Connection {
  on(event: 'error', listener: Listener): void;
}

interface MysqlPool {
  getConnection(taken: Taken): void;
  on(event: 'connection', listener: (connection: MysqlConnection) => void): void;
  on(event: 'release', listener: (connection: Connection) => void): void;
}

/**
 * Bounds what neither driver bounds: how many wait for a connection, how long they do, and how long
 * a server may be silent. It stands at the pool, where nothing gets past it:
 *
 *   too many or too long in the queue      ->  overloaded
 *   connection in use, and no byte in time ->  it is destroyed, and its statement fails as ETIMEDOUT
 *
 * What counts is silence and not the time of a statement, which the server bounds, so that one timer
 * of the socket does for whatever form of call the driver has.
 */
export class ConnectionGuard {
  private readonly open = new Set<Socket>();
  private readonly maxWaiting: number;
  private readonly waiting = new Set<Taken>();
  private severed = false;

  private constructor(connections: number) {
    this.maxWaiting = connections * WAITING_PER_CONNECTION;
  }

  /** DIALECT: what the pool and its events are called. */
  static at(
    source: DataSource,
    dialect: ServerAddress['dialect'],
    connections: number,
  ): ConnectionGuard {
    const guard = new ConnectionGuard(connections);
    if (dialect === 'postgres') {
      guard.guardPostgres((source.driver as unknown as { readonly master: PostgresPool }).master);
    } else {
      guard.guardMysql((source.driver as unknown as { readonly pool: MysqlPool }).pool);
    }
    return guard;
  }

  /** Ends every connection as it is, whatever waits for an answer on one, and hands out no more. */
  sever(): void {
    this.severed = true;
    for (const settle of [...this.waiting]) settle(away(STOPPED));
    for (const socket of [...this.open]) socket.destroy(away(STOPPED));
  }

  private guardPostgres(pool: PostgresPool): void {
    const take = pool.connect.bind(pool) as (taken: Taken) => void;
    pool.connect = (taken) => {
      if (taken) {
        this.take(take, taken);
        return undefined;
      }
      return new Promise((resolve, reject) => {
        this.take(take, (error, connection) => {
          if (connection) resolve(connection);
          else reject(error ?? connectionsOverloaded());
        });
      });
    };
    pool.on('connect', (connection) => {
      this.watch(connection);
    });
    pool.on('release', (_error, connection) => {
      socketOf(connection)?.setTimeout(0);
    });
  }

  private guardMysql(pool: MysqlPool): void {
    const take = pool.getConnection.bind(pool);
    pool.getConnection = (taken) => {
      this.take(take, taken);
    };
    pool.on('connection', (connection) => {
      // An error that comes when the connection is broken already has nobody else to hear it.
      connection.on('error', () => undefined);
      this.watch(connection);
    });
    pool.on('release', (connection) => {
      socketOf(connection)?.setTimeout(0);
    });
  }

  private watch(connection: Connection): void {
    const socket = socketOf(connection);
    if (!socket || this.open.has(socket)) return;
    this.open.add(socket);
    socket.once('close', () => this.open.delete(socket));
    socket.on('timeout', () => {
      socket.destroy(away('the database fell silent'));
    });
  }

  private take(take: (taken: Taken) => void, taken: Taken): void {
    const refusal = this.refusal();
    if (refusal) {
      process.nextTick(taken, refusal);
      return;
    }
    const settle: Taken = (error, connection, release) => {
      if (!this.waiting.delete(settle)) {
        // It came after its caller had been refused.
        if (release) release();
        else connection?.release();
        return;
      }
      clearTimeout(timer);
      if (connection) {
        this.watch(connection);
        socketOf(connection)?.setTimeout(READ_SILENCE_MS);
      }
      const waited = error?.message === POSTGRES_WAITED;
      taken(waited ? connectionsOverloaded(error) : error, connection, release);
    };
    const timer = setTimeout(() => {
      settle(connectionsOverloaded());
    }, MAX_WAIT_MS);
    this.waiting.add(settle);
    take(settle);
  }

  private refusal(): Error | undefined {
    if (this.severed) return away(STOPPED);
    return this.waiting.size < this.maxWaiting ? undefined : connectionsOverloaded();
  }
}

/** For a connection that has just begun a transaction, until it is given back. */
export async function expectLongStatements(runner: QueryRunner): Promise<void> {
  const connection = (await runner.connect()) as Connection;
  socketOf(connection)?.setTimeout(WRITE_SILENCE_MS);
}

/** Asked each time, because TLS puts another socket in the first one's place. */
function socketOf(connection: Connection): Socket | undefined {
  return connection.stream ?? connection.connection?.stream;
}

/** With the code that says everywhere that the database could not be reached. */
function away(message: string): Error {
  return Object.assign(new Error(message), { code: 'ETIMEDOUT' });
}
