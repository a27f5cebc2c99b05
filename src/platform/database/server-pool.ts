import { setTimeout as delay } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { ConnectionGuard } from './connection-guard.js';
import { connectionOptions } from './connection-options.js';
import type { ServerAddress } from './dialect.js';
import { setMysqlSession } from './mysql-session.js';

/** How long the connections may take to say goodbye. */
const CLOSE_TIMEOUT_MS = 2_000;

/** Connections to a server, apart from any others: a crowd that waits for these waits for no more. */
export class ServerPool {
  private constructor(
    readonly source: DataSource,
    private readonly guard: ConnectionGuard,
  ) {}

  static async open(address: ServerAddress, poolSize: number): Promise<ServerPool> {
    const { dialect } = address;
    const options = connectionOptions({ address, poolSize }, 'write');
    const source = await new DataSource(options).initialize();
    const pool = new ServerPool(source, ConnectionGuard.at(source, dialect, poolSize));
    try {
      if (dialect === 'mysql') await setMysqlSession(source);
      return pool;
    } catch (error) {
      await pool.close();
      throw error;
    }
  }

  /** Ends what is under way with an error. */
  sever(): void {
    this.guard.sever();
  }

  /** A server that is silent answers no goodbye, and its sockets would keep the process alive. */
  async close(): Promise<void> {
    const ended = this.source.destroy();
    // Once it took too long, how it ends is nobody's concern.
    ended.catch(() => undefined);
    try {
      await Promise.race([ended, delay(CLOSE_TIMEOUT_MS, undefined, { ref: false })]);
    } finally {
      this.guard.sever();
    }
  }
}
