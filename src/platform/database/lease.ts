import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../authorization/index.js';
import { Clock } from '../time/index.js';
import { ascii, time } from './columns.js';
import { Database } from './database.js';
import { defineRows } from './table-definition.js';
import { requireTransaction } from './transaction.js';

interface LeaseRow {
  name: string;
  holder: string;
  expiresAt: number;
}

export const leaseRows = defineRows<LeaseRow>('leases', {
  columns: { name: ascii(64, { primary: true }), holder: ascii(36), expiresAt: time() },
});

/**
 * The right of one instance to do a piece of background work. It lives in a row, because a session
 * lock stays behind when the connection goes through a transaction pooler.
 */
@Injectable()
export class Leases {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Takes or keeps the lease inside the caller's transaction, whose row lock makes it exclusive
   * until COMMIT. False when another instance holds it.
   */
  async hold(
    tx: OperationContext,
    name: string,
    holder: string,
    durationMs: number,
  ): Promise<boolean> {
    requireTransaction(tx);
    const now = this.clock.nowMs();
    const rows = this.database.rows(tx, leaseRows);
    const expiresAt = now + durationMs;
    // The upsert locks the row on every database without changing a lease that somebody else holds.
    await rows
      .createQueryBuilder()
      .insert()
      .values({ name, holder, expiresAt: 0 })
      .orUpdate(['name'], ['name'])
      .execute();
    const taken = await rows
      .createQueryBuilder()
      .update()
      .set({ holder, expiresAt })
      .where('name = :name AND (holder = :holder OR expires_at < :now)', { name, holder, now })
      .execute();
    return taken.affected === 1;
  }
}
