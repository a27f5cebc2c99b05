import { createHmac, hkdfSync } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { In, LessThanOrEqual, MoreThan } from 'typeorm';
import type { OperationContext } from '../../platform/authorization/index.js';
import { type Config, CONFIG } from '../../platform/config/index.js';
import { Database, requireTransaction } from '../../platform/database/index.js';
import { Clock } from '../../platform/time/index.js';
import { rateLimitRows } from './rate-limits.rows.js';

export interface Counter {
  readonly points: number;
  readonly expiresAtMs: number;
}

export interface Increment {
  readonly points: number;
  /** How long a counter lasts that begins now. */
  readonly durationMs: number;
  /** Begins anew, whatever was counted. */
  readonly restart: boolean;
}

/** Counters that expire, shared by all instances. */
@Injectable()
export class RateLimitsRepository {
  private readonly hashKey: Uint8Array;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    @Inject(CONFIG) { signingKey }: Config,
  ) {
    const info = 'promptd/rate-limit-keys/v1';
    this.hashKey = new Uint8Array(hkdfSync('sha256', signingKey, '', info, 32));
  }

  async find(ctx: OperationContext, key: string): Promise<Counter | undefined> {
    const row = await this.database
      .rows(ctx, rateLimitRows)
      .findOneBy({ keyHash: this.hashed(key), expiresAt: MoreThan(this.clock.nowMs()) });
    return row ? { points: row.points, expiresAtMs: row.expiresAt } : undefined;
  }

  /** Adds to the counter. Its row stays locked until COMMIT, so no two answers are the same. */
  async add(tx: OperationContext, key: string, increment: Increment): Promise<Counter> {
    const { manager } = requireTransaction(tx);
    const now = this.clock.nowMs();
    const { points, durationMs, restart } = increment;
    const keyHash = this.hashed(key);
    const expiredBefore = restart ? Number.MAX_SAFE_INTEGER : now;
    await manager.query(this.upsert(), [
      ...[keyHash, points, now + durationMs],
      ...[expiredBefore, expiredBefore],
    ]);
    const row = await this.database.rows(tx, rateLimitRows).findOneByOrFail({ keyHash });
    return { points: row.points, expiresAtMs: row.expiresAt };
  }

  async delete(tx: OperationContext, key: string): Promise<void> {
    await this.database.rows(tx, rateLimitRows).delete({ keyHash: this.hashed(key) });
  }

  /** Deletes at most so many expired counters, and answers how many they were. */
  async deleteExpired(tx: OperationContext, limit: number): Promise<number> {
    const rows = this.database.rows(tx, rateLimitRows);
    const expiresAt = LessThanOrEqual(this.clock.nowMs());
    const expired = await rows.find({ where: { expiresAt }, take: limit });
    const keyHash = In(expired.map((row) => row.keyHash));
    // Somebody may have begun one of them anew since.
    await rows.delete({ keyHash, expiresAt });
    return expired.length;
  }

  /**
   * SECURITY: the rows must not say who failed to log in, and from where. A plain hash would: there
   * are few enough addresses to try them all. A new signing seed therefore begins new counters.
   */
  private hashed(key: string): string {
    return createHmac('sha256', this.hashKey).update(key).digest('hex');
  }

  /**
   * DIALECT: the statement that inserts or adds. MySQL assigns from left to right, so the points
   * are set while the old expiry can still be read.
   */
  private upsert(): string {
    const columns = 'rate_limits (key_hash, points, expires_at)';
    switch (this.database.dialect) {
      case 'mysql':
        return `INSERT INTO ${columns} VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE
          points = IF(expires_at <= ?, VALUES(points), points + VALUES(points)),
          expires_at = IF(expires_at <= ?, VALUES(expires_at), expires_at)`;
      case 'postgres':
        return `INSERT INTO ${columns} VALUES ($1, $2, $3) ${onConflict('$4', '$5')}`;
      case 'sqlite':
        return `INSERT INTO ${columns} VALUES (?, ?, ?) ${onConflict('?', '?')}`;
    }
  }
}

function onConflict(first: string, second: string): string {
  return `ON CONFLICT (key_hash) DO UPDATE SET
    points = CASE WHEN rate_limits.expires_at <= ${first} THEN excluded.points
             ELSE rate_limits.points + excluded.points END,
    expires_at = CASE WHEN rate_limits.expires_at <= ${second} THEN excluded.expires_at
                 ELSE rate_limits.expires_at END`;
}
