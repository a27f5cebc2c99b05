import { Injectable } from '@nestjs/common';
import { In, LessThanOrEqual } from 'typeorm';
import type { OperationContext } from '../authorization/index.js';
import { Database, violatedUnique } from '../database/index.js';
import { twinAtWork } from './idempotency.errors.js';
import { type IdempotencyKeyRow, idempotencyKeyRows } from './idempotency-keys.rows.js';

@Injectable()
export class IdempotencyKeysRepository {
  constructor(private readonly database: Database) {}

  async find(ctx: OperationContext, keyHash: string): Promise<IdempotencyKeyRow | undefined> {
    return (await this.rows(ctx).findOneBy({ keyHash })) ?? undefined;
  }

  /**
   * Waits for a transaction that has the key and has not ended.
   *
   * @throws idempotency-in-progress when the key is there
   */
  async insert(tx: OperationContext, row: IdempotencyKeyRow): Promise<void> {
    try {
      await this.rows(tx).insert(row);
    } catch (error) {
      // The table has no other unique key.
      throw violatedUnique(error) === undefined ? error : twinAtWork(error);
    }
  }

  async setAnswer(tx: OperationContext, keyHash: string, answer: string): Promise<void> {
    await this.rows(tx).update({ keyHash }, { answer });
  }

  async hasExpired(ctx: OperationContext, nowMs: number): Promise<boolean> {
    return this.rows(ctx).existsBy({ expiresAt: LessThanOrEqual(nowMs) });
  }

  /** Deletes at most `limit` keys, those that expired first. Answers how many there were. */
  async deleteExpired(tx: OperationContext, nowMs: number, limit: number): Promise<number> {
    const expired = await this.rows(tx).find({
      select: { keyHash: true },
      where: { expiresAt: LessThanOrEqual(nowMs) },
      order: { expiresAt: 'ASC' },
      take: limit,
    });
    const keyHash = In(expired.map((row) => row.keyHash));
    // Once more, because one of them may have been replaced since by a request that is not old.
    const expiresAt = LessThanOrEqual(nowMs);
    if (expired.length > 0) await this.rows(tx).delete({ keyHash, expiresAt });
    return expired.length;
  }

  /** Deletes one key, unless it is not or no longer an expired one. */
  async deleteIfExpired(tx: OperationContext, keyHash: string, nowMs: number): Promise<void> {
    await this.rows(tx).delete({ keyHash, expiresAt: LessThanOrEqual(nowMs) });
  }

  private rows(ctx: OperationContext) {
    return this.database.rows(ctx, idempotencyKeyRows);
  }
}
