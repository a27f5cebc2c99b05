import { Injectable } from '@nestjs/common';
import { In, IsNull, LessThanOrEqual } from 'typeorm';
import type { OperationContext } from '../../platform/authorization/index.js';
import { Database, forUpdate } from '../../platform/database/index.js';
import { Clock } from '../../platform/time/index.js';
import type { Webhook } from './webhook.js';
import { webhookFrom } from './webhooks.repository.js';
import { webhookRows } from './webhooks.rows.js';

/** A webhook whose project has events that it was not asked about yet. */
export interface WebhookBehind extends Webhook {
  readonly revision: number;
}

/** The right to send to one webhook, which one turn of one instance has at a time. */
export interface Claim {
  readonly holder: string;
  readonly durationMs: number;
}

/** Which webhooks are to be told of new events, and which are to be sent to. */
@Injectable()
export class WebhookQueueRepository {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Those furthest behind first. One with so many pending deliveries or more waits for them. */
  async listBehindIds(
    ctx: OperationContext,
    { limit, maxPending }: { readonly limit: number; readonly maxPending: number },
  ): Promise<readonly string[]> {
    const rows = await this.database.manager(ctx).query<{ id: string }[]>(
      `SELECT webhook.id AS id
       FROM webhooks webhook
       JOIN project_revisions counter ON counter.project_id = webhook.project_id
       WHERE webhook.disabled_reason IS NULL AND webhook.deleted_at IS NULL
         AND webhook.pending < ${maxPending} AND counter.revision > webhook.revision
       ORDER BY counter.revision - webhook.revision DESC, webhook.id
       LIMIT ${limit}`,
    );
    return rows.map(({ id }) => id);
  }

  /** Locks them in the order of their ids, and leaves out those that were switched off meanwhile. */
  async lockActive(
    tx: OperationContext,
    ids: readonly string[],
  ): Promise<readonly WebhookBehind[]> {
    if (ids.length === 0) return [];
    const query = this.rows(tx)
      .createQueryBuilder('webhook')
      .where({ id: In([...ids]), disabledReason: IsNull(), deletedAt: IsNull() })
      .orderBy('webhook.id', 'ASC');
    const rows = await forUpdate(this.database, query).getMany();
    return rows.map((row) => ({ ...webhookFrom(row), revision: row.revision }));
  }

  /** Notes that a locked webhook has deliveries for everything up to the revision. */
  async advance(
    tx: OperationContext,
    webhook: Webhook,
    { revision, added }: { readonly revision: number; readonly added: number },
  ): Promise<void> {
    const now = this.clock.nowMs();
    const queued = added > 0 && {
      pending: webhook.pending + added,
      dueAt: webhook.dueAtMs ?? now,
    };
    await this.rows(tx).update({ id: webhook.id }, { revision, ...queued });
  }

  async hasDue(ctx: OperationContext): Promise<boolean> {
    const found = await this.rows(ctx).find({
      select: { id: true },
      where: this.due(),
      take: 1,
    });
    return found.length > 0;
  }

  /** Takes the right to send to webhooks that are due, those that wait longest first. */
  async claimDue(tx: OperationContext, limit: number, claim: Claim): Promise<readonly string[]> {
    const candidates = await this.rows(tx).find({
      select: { id: true, dueAt: true },
      where: this.due(),
      order: { dueAt: 'ASC', id: 'ASC' },
      take: limit,
    });
    const claimed: string[] = [];
    for (const { id } of candidates.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
      // Another instance may have been faster since: the row's lock decides, and then the condition.
      const { affected } = await this.rows(tx)
        .createQueryBuilder()
        .update()
        .set(this.claimed(claim))
        .where(this.due().map((due) => ({ ...due, id })))
        .execute();
      if (affected === 1) claimed.push(id);
    }
    return claimed;
  }

  /** The claimed webhook as it is now; undefined when there is nothing to be sent to any more. */
  async findClaimed(
    ctx: OperationContext,
    id: string,
    { holder }: Claim,
  ): Promise<Webhook | undefined> {
    const row = await this.rows(ctx).findOneBy({
      ...{ id, claimedBy: holder },
      ...{ disabledReason: IsNull(), deletedAt: IsNull() },
    });
    return row ? webhookFrom(row) : undefined;
  }

  /** A claimed webhook, locked until the transaction ends; undefined when the claim was lost. */
  async lockClaimed(
    tx: OperationContext,
    id: string,
    { holder }: Claim,
  ): Promise<Webhook | undefined> {
    const query = this.rows(tx)
      .createQueryBuilder('webhook')
      .where({ id, claimedBy: holder, deletedAt: IsNull() });
    const row = await forUpdate(this.database, query).getOne();
    return row ? webhookFrom(row) : undefined;
  }

  /** Goes on with a webhook that the caller has locked, or lets others have it. */
  async settle(
    tx: OperationContext,
    { id }: Webhook,
    { pending, dueAtMs, keep }: QueueState,
  ): Promise<void> {
    await this.rows(tx).update(
      { id },
      {
        pending,
        dueAt: dueAtMs,
        ...(keep ? this.claimed(keep) : { claimedBy: null, claimedUntil: null }),
      },
    );
  }

  /** Has a webhook that the caller has locked sent to at once, by whoever has the claim. */
  async wake(tx: OperationContext, { id }: Webhook, pending: number): Promise<void> {
    await this.rows(tx).update({ id }, { pending, dueAt: this.clock.nowMs() });
  }

  /** To be sent to, and nobody does, or whoever did is gone. */
  private due() {
    const now = this.clock.nowMs();
    const dueAt = LessThanOrEqual(now);
    return [
      { dueAt, claimedUntil: IsNull() },
      { dueAt, claimedUntil: LessThanOrEqual(now) },
    ];
  }

  private claimed({ holder, durationMs }: Claim) {
    return { claimedBy: holder, claimedUntil: this.clock.nowMs() + durationMs };
  }

  private rows(ctx: OperationContext) {
    return this.database.rows(ctx, webhookRows);
  }
}

export interface QueueState {
  readonly pending: number;
  readonly dueAtMs: number | null;
  /** The claim that is kept; undefined to let go. */
  readonly keep: Claim | undefined;
}
