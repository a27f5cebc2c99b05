import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { QueryRunner } from 'typeorm';
import type { OperationContext } from '../authorization/index.js';
import { BoundedQueue } from '../concurrency/index.js';
import { expectLongStatements } from './connection-guard.js';
import { databaseAway, writesOverloaded } from './database.errors.js';
import { Database } from './database.js';
import { isBusy, isRetryable } from './driver-errors.js';
import { type Transaction, transactionOf, withTransaction } from './transaction.js';

/** A deadlock or serialization failure runs the whole unit again, so often at most. */
const MAX_RETRIES = 3;
/** SQLite: when a unit, counted from its arrival, no longer waits for another process' lock. */
const BUSY_DEADLINE_MS = 5_000;
const MAX_WAITING_WRITES = 1_000;
/** A caller who waited for so long is about to give up. */
const MAX_WAIT_MS = 20_000;
/** The background has two connections, one of which is for looking. */
const BACKGROUND_WRITERS = 1;

/**
 * Runs writes in one transaction that travels in the context. A nested run joins the outer one. The
 * function may run again after a deadlock, so it must hold nothing but SQL and pure decisions.
 */
@Injectable()
export class UnitOfWork {
  private readonly queue: BoundedQueue;
  /** Where connections are shared, so are the turns at them. */
  private readonly backgroundQueue: BoundedQueue;
  private readonly inside = new AsyncLocalStorage<true>();

  constructor(private readonly database: Database) {
    const bounds = {
      maxWaiting: MAX_WAITING_WRITES,
      maxWaitMs: MAX_WAIT_MS,
      refusal: writesOverloaded,
    };
    this.queue = new BoundedQueue({ ...bounds, concurrency: database.maxWriters });
    this.backgroundQueue =
      database.dialect === 'sqlite'
        ? this.queue
        : new BoundedQueue({ ...bounds, concurrency: BACKGROUND_WRITERS });
  }

  /**
   * Commits when `work` resolves and rolls everything back when it rejects.
   *
   * @throws overloaded when the write could not begin in time
   * @throws database-unavailable when the connection broke; what the driver throws may say so too
   */
  async run<T>(ctx: OperationContext, work: (tx: OperationContext) => Promise<T>): Promise<T> {
    const open = transactionOf(ctx);
    if (open?.readOnly) throw new Error('a snapshot is for reading: write outside of it');
    if (open) return work(ctx);
    if (this.inside.getStore()) {
      throw new Error('a unit of work was given the outer context: pass on the one it hands out');
    }
    const arrivedAt = performance.now();
    const queue = ctx.background ? this.backgroundQueue : this.queue;
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await queue.run(() => this.transact(ctx, arrivedAt, work));
      } catch (error) {
        if (!isRetryable(error)) throw error;
        if (attempt === MAX_RETRIES) throw writesOverloaded(error);
        await delay(jitterMs(20 * 2 ** attempt));
      }
    }
  }

  private async transact<T>(
    ctx: OperationContext,
    arrivedAt: number,
    work: (tx: OperationContext) => Promise<T>,
  ): Promise<T> {
    const runner = this.database.writerOf(ctx).createQueryRunner();
    const transaction: Transaction = { manager: runner.manager, beforeCommit: [], afterCommit: [] };
    try {
      await this.begin(runner, arrivedAt);
      setActive(runner, true);
      let result: T;
      try {
        result = await this.inside.run(true, async () => {
          const tx = withTransaction(ctx, transaction);
          // Before any other lock, so that a twin of the request waits here and holds nothing.
          await ctx.claim?.write(tx);
          const value = await work(tx);
          for (const last of transaction.beforeCommit) await last();
          return value;
        });
        await runner.query('COMMIT');
        setActive(runner, false);
      } catch (error) {
        // A runner that nobody released has lost its connection: all it says is that it is released.
        if (runner.isReleased) throw databaseAway(error);
        await rollback(runner);
        throw error;
      }
      for (const notify of transaction.afterCommit) notify();
      return result;
    } finally {
      transaction.isOver = true;
      await runner.release();
    }
  }

  /** DIALECT: how a transaction starts that locks what it will write before it reads. */
  private async begin(runner: QueryRunner, arrivedAt: number): Promise<void> {
    switch (this.database.dialect) {
      case 'sqlite':
        return beginImmediate(runner, arrivedAt + BUSY_DEADLINE_MS);
      case 'postgres':
        await runner.query('BEGIN ISOLATION LEVEL READ COMMITTED');
        break;
      case 'mysql':
        // The session's isolation is set when its connection opens.
        await runner.query('START TRANSACTION');
    }
    await expectLongStatements(runner);
  }
}

/** A deferred transaction that reads and then writes fails at once when another one wrote. */
async function beginImmediate(runner: QueryRunner, deadline: number): Promise<void> {
  for (;;) {
    try {
      await runner.query('BEGIN IMMEDIATE');
      return;
    } catch (error) {
      if (!isBusy(error)) throw error;
      if (performance.now() > deadline) throw writesOverloaded(error);
      await delay(jitterMs(50));
    }
  }
}

/** TypeORM refuses a row lock while it does not know of the transaction, which it did not begin. */
function setActive(runner: QueryRunner, active: boolean): void {
  Object.assign(runner, { isTransactionActive: active });
}

/** When even this fails the connection is gone, and the server has rolled back by itself. */
async function rollback(runner: QueryRunner): Promise<void> {
  setActive(runner, false);
  await runner.query('ROLLBACK').catch(() => undefined);
}

function jitterMs(upToMs: number): number {
  return upToMs / 2 + Math.random() * (upToMs / 2);
}
