import { Injectable } from '@nestjs/common';
import type { QueryRunner } from 'typeorm';
import type { OperationContext } from '../authorization/index.js';
import { BoundedQueue } from '../concurrency/index.js';
import { databaseAway, readsOverloaded } from './database.errors.js';
import { Database } from './database.js';
import { type Transaction, transactionOf, withTransaction } from './transaction.js';

const MAX_WAITING_SNAPSHOTS = 200;
/** As for a connection of the pool: a request that only reads is answered within seconds. */
const MAX_WAIT_MS = 5_000;

/**
 * Several reads that see the database as it was at one moment, whatever is committed meanwhile. It
 * holds a connection until it ends, so nothing but SQL and pure decisions belongs inside.
 */
@Injectable()
export class ReadSnapshot {
  private readonly queue: BoundedQueue;

  constructor(private readonly database: Database) {
    this.queue = new BoundedQueue({
      concurrency: database.maxSnapshots,
      maxWaiting: MAX_WAITING_SNAPSHOTS,
      maxWaitMs: MAX_WAIT_MS,
      refusal: readsOverloaded,
    });
  }

  /**
   * The context that `work` is given reads from the snapshot, and cannot write. Inside of a unit of
   * work it is that unit's transaction.
   *
   * @throws overloaded when too many wait, or this one did for 5 s
   * @throws database-unavailable when the connection broke
   */
  async run<T>(ctx: OperationContext, work: (tx: OperationContext) => Promise<T>): Promise<T> {
    if (transactionOf(ctx)) return work(ctx);
    return this.queue.run(() => this.read(ctx, work));
  }

  private async read<T>(
    ctx: OperationContext,
    work: (tx: OperationContext) => Promise<T>,
  ): Promise<T> {
    const runner = (await this.database.snapshotSource()).createQueryRunner();
    const { manager } = runner;
    const snapshot: Transaction = { manager, readOnly: true, beforeCommit: [], afterCommit: [] };
    try {
      await this.begin(runner);
      return await work(withTransaction(ctx, snapshot));
    } catch (error) {
      // A runner that nobody released has lost its connection: all it says is that it is released.
      if (runner.isReleased) throw databaseAway(error);
      throw error;
    } finally {
      snapshot.isOver = true;
      // When even this fails the connection is gone, and the snapshot with it.
      await runner.query('ROLLBACK').catch(() => undefined);
      await runner.release();
    }
  }

  /** DIALECT: how each is told to stand still. */
  private async begin(runner: QueryRunner): Promise<void> {
    switch (this.database.dialect) {
      case 'sqlite':
        // The first read takes the snapshot, which lasts until the end under a write-ahead log.
        await runner.query('BEGIN DEFERRED');
        return;
      case 'postgres':
        await runner.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
        return;
      case 'mysql':
        // For the next transaction alone: sessions are at READ COMMITTED, which has no snapshot.
        await runner.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
        await runner.query('START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY');
    }
  }
}
