import { Injectable } from '@nestjs/common';
import { In, IsNull, LessThan, MoreThan, Not } from 'typeorm';
import type { OperationContext } from '../../platform/authorization/index.js';
import { newId } from '../../platform/crypto/index.js';
import { Database } from '../../platform/database/index.js';
import {
  counterOf,
  type CursorKey,
  type Page,
  pageOf,
  type PageRequest,
} from '../../platform/paging/index.js';
import { Clock } from '../../platform/time/index.js';
import type { Attempt, AttemptOutcome, Delivery, DeliveryStatus } from './delivery.js';
import { type DeliveryRow, deliveryRows } from './webhooks.rows.js';

export type NewDelivery = Pick<
  Delivery,
  'webhookId' | 'revision' | 'position' | 'type' | 'payload'
>;

/** Twelve columns a row, against SQLite's limit of 32,766 parameters in one statement. */
const ROWS_PER_INSERT = 500;
/** Attempts of which the log of a delivery tells. */
const KEPT_ATTEMPTS = 20;

@Injectable()
export class DeliveriesRepository {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async insert(tx: OperationContext, deliveries: readonly NewDelivery[]): Promise<void> {
    const createdAt = this.clock.nowMs();
    const rows = deliveries.map((delivery) => ({
      id: newId(),
      ...delivery,
      ...{ status: 'pending', tries: 0, attemptCount: 0, attempts: '[]', createdAt, endedAt: null },
    }));
    for (let from = 0; from < rows.length; from += ROWS_PER_INSERT) {
      await this.rows(tx).insert(rows.slice(from, from + ROWS_PER_INSERT));
    }
  }

  /** The oldest event that the webhook has not been told of. */
  async findNext(ctx: OperationContext, webhookId: string): Promise<Delivery | undefined> {
    const [row] = await this.rows(ctx).find({
      where: { webhookId, status: 'pending' },
      order: { revision: 'ASC', position: 'ASC' },
      take: 1,
    });
    return row ? deliveryFrom(row) : undefined;
  }

  /** Of a webhook that the caller has locked, and with it its deliveries. */
  async find(ctx: OperationContext, webhookId: string, id: string): Promise<Delivery | undefined> {
    const row = await this.rows(ctx).findOneBy({ webhookId, id });
    return row ? deliveryFrom(row) : undefined;
  }

  /** Newest first. */
  async list(
    ctx: OperationContext,
    webhookId: string,
    status: DeliveryStatus | undefined,
    page: PageRequest,
  ): Promise<Page<Delivery>> {
    const query = this.rows(ctx)
      .createQueryBuilder('delivery')
      .where({ webhookId, ...(status && { status }) })
      .orderBy('delivery.revision', 'DESC')
      .addOrderBy('delivery.position', 'DESC');
    const total = page.total ? await query.getCount() : undefined;
    if (page.after) {
      query.andWhere(
        '(delivery.revision < :revision OR (delivery.revision = :revision AND delivery.position < :position))',
        placeOf(page.after),
      );
    }
    const rows = await query.limit(page.limit + 1).getMany();
    return pageOf(rows.map(deliveryFrom), page.limit, keyOf, total);
  }

  /** Notes an attempt at a delivery whose webhook the caller has locked. */
  async recordAttempt(
    tx: OperationContext,
    { id, tries, attemptCount, attempts }: Delivery,
    { atMs, durationMs, status, error }: AttemptOutcome,
    become: DeliveryStatus,
  ): Promise<void> {
    const kept: readonly Attempt[] = [...attempts, { atMs, durationMs, status, error }];
    await this.rows(tx).update(
      { id },
      {
        status: become,
        tries: tries + 1,
        attemptCount: attemptCount + 1,
        attempts: JSON.stringify(kept.slice(-KEPT_ATTEMPTS)),
        endedAt: become === 'pending' ? null : this.clock.nowMs(),
      },
    );
  }

  /** Puts it in the queue again, at the place that its event has, with all tries before it. */
  async requeue(tx: OperationContext, before: Delivery): Promise<Delivery> {
    await this.rows(tx).update({ id: before.id }, { status: 'pending', tries: 0, endedAt: null });
    return { ...before, status: 'pending', tries: 0, endedAtMs: null };
  }

  /** Gives what is pending for a webhook that the caller has locked all tries. */
  async forgetTries(tx: OperationContext, webhookId: string): Promise<void> {
    const tries = MoreThan(0);
    await this.rows(tx).update({ webhookId, status: 'pending', tries }, { tries: 0 });
  }

  async hasEndedBefore(ctx: OperationContext, beforeMs: number): Promise<boolean> {
    const found = await this.rows(ctx).find({
      select: { id: true },
      where: { endedAt: LessThan(beforeMs) },
      take: 1,
    });
    return found.length > 0;
  }

  /** Answers how many there were, up to the limit. */
  async deleteEndedBefore(tx: OperationContext, beforeMs: number, limit: number): Promise<number> {
    return this.deleteSome(tx, { endedAt: LessThan(beforeMs) }, limit, { endedAt: Not(IsNull()) });
  }

  /** Of a webhook that is deleted. Answers how many there were, up to the limit. */
  async deleteOf(tx: OperationContext, webhookId: string, limit: number): Promise<number> {
    return this.deleteSome(tx, { webhookId }, limit, {});
  }

  private async deleteSome(
    tx: OperationContext,
    where: object,
    limit: number,
    still: object,
  ): Promise<number> {
    const found = await this.rows(tx).find({ select: { id: true }, where, take: limit });
    const id = In(found.map((row) => row.id));
    // One of them may have been put in the queue again since.
    if (found.length > 0) await this.rows(tx).delete({ ...still, id });
    return found.length;
  }

  private rows(ctx: OperationContext) {
    return this.database.rows(ctx, deliveryRows);
  }
}

/** Positions begin at 0, and what a cursor counts at 1. */
function keyOf({ revision, position }: Delivery): CursorKey {
  return [revision, position + 1];
}

/** @throws invalid-cursor */
function placeOf(key: CursorKey) {
  return {
    revision: counterOf(key, Number.MAX_SAFE_INTEGER),
    position: counterOf(key.slice(1)) - 1,
  };
}

function deliveryFrom(row: DeliveryRow): Delivery {
  return {
    id: row.id,
    webhookId: row.webhookId,
    revision: row.revision,
    position: row.position,
    type: row.type,
    payload: row.payload,
    status: row.status as DeliveryStatus,
    tries: row.tries,
    attemptCount: row.attemptCount,
    attempts: JSON.parse(row.attempts) as Attempt[],
    createdAtMs: row.createdAt,
    endedAtMs: row.endedAt,
  };
}
