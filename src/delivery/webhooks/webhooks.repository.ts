import { Injectable } from '@nestjs/common';
import { IsNull, LessThanOrEqual, Not } from 'typeorm';
import { actorOf, type OperationContext } from '../../platform/authorization/index.js';
import { newId } from '../../platform/crypto/index.js';
import { actorColumns, actorFrom, Database, forUpdate } from '../../platform/database/index.js';
import { type Page, pageOf, type PageRequest, textOf } from '../../platform/paging/index.js';
import { Clock } from '../../platform/time/index.js';
import type { DisabledReason, Webhook, WebhookDraft } from './webhook.js';
import { type WebhookRow, webhookRows } from './webhooks.rows.js';

export interface NewWebhook extends WebhookDraft {
  readonly projectId: string;
  readonly projectName: string;
  readonly secretLastFour: string;
  /** The revision after which it is told of what happens. */
  readonly revision: number;
}

/** What may change about a webhook besides its deliveries. */
export type WebhookChanges = Partial<
  WebhookDraft &
    Pick<Webhook, 'secretLastFour' | 'previousSecretExpiresAtMs' | 'disabled' | 'dueAtMs'>
>;

@Injectable()
export class WebhooksRepository {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async insert(tx: OperationContext, webhook: NewWebhook): Promise<Webhook> {
    const now = this.clock.nowMs();
    const { events, prompts, ...fields } = webhook;
    const row: WebhookRow = {
      id: newId(),
      ...fields,
      events: JSON.stringify(events),
      prompts: JSON.stringify(prompts),
      previousSecretExpiresAt: null,
      ...{ disabledReason: null, disabledAt: null },
      ...{ pending: 0, dueAt: null, claimedBy: null, claimedUntil: null },
      createdAt: now,
      ...actorColumns('createdBy', actorOf(tx.principal)),
      updatedAt: now,
      deletedAt: null,
    };
    await this.rows(tx).insert({ ...row });
    return webhookFrom(row);
  }

  async count(ctx: OperationContext, projectId: string): Promise<number> {
    return this.rows(ctx).countBy({ projectId, deletedAt: IsNull() });
  }

  async find(ctx: OperationContext, projectId: string, id: string): Promise<Webhook | undefined> {
    const row = await this.rows(ctx).findOneBy({ projectId, id, deletedAt: IsNull() });
    return row ? webhookFrom(row) : undefined;
  }

  /** The webhook, locked until the transaction ends. */
  async lock(tx: OperationContext, projectId: string, id: string): Promise<Webhook | undefined> {
    const query = this.rows(tx)
      .createQueryBuilder('webhook')
      .where('webhook.projectId = :projectId AND webhook.id = :id', { projectId, id })
      .andWhere('webhook.deletedAt IS NULL');
    const row = await forUpdate(this.database, query).getOne();
    return row ? webhookFrom(row) : undefined;
  }

  /** Oldest first. */
  async list(ctx: OperationContext, projectId: string, page: PageRequest): Promise<Page<Webhook>> {
    const query = this.rows(ctx)
      .createQueryBuilder('webhook')
      .where('webhook.projectId = :projectId AND webhook.deletedAt IS NULL', { projectId })
      .orderBy('webhook.id', 'ASC');
    const total = page.total ? await query.getCount() : undefined;
    if (page.after) query.andWhere('webhook.id > :after', { after: textOf(page.after) });
    const rows = await query.limit(page.limit + 1).getMany();
    return pageOf(rows.map(webhookFrom), page.limit, (webhook) => [webhook.id], total);
  }

  /** Changes a webhook that the caller has locked. */
  async update(tx: OperationContext, before: Webhook, changes: WebhookChanges): Promise<Webhook> {
    const after = { ...before, ...changes, updatedAtMs: this.clock.nowMs() };
    await this.rows(tx).update(
      { id: before.id },
      {
        url: after.url,
        events: JSON.stringify(after.events),
        prompts: JSON.stringify(after.prompts),
        description: after.description,
        secretLastFour: after.secretLastFour,
        previousSecretExpiresAt: after.previousSecretExpiresAtMs,
        disabledReason: after.disabled?.reason ?? null,
        disabledAt: after.disabled?.atMs ?? null,
        dueAt: after.dueAtMs,
        updatedAt: after.updatedAtMs,
      },
    );
    return after;
  }

  /** Nobody sees or is sent anything of it from now on. Its deliveries are removed later. */
  async markDeleted(tx: OperationContext, { id }: Webhook): Promise<void> {
    await this.rows(tx).update({ id }, { deletedAt: this.clock.nowMs(), dueAt: null, pending: 0 });
  }

  async listDeletedIds(ctx: OperationContext, limit: number): Promise<readonly string[]> {
    const found = await this.rows(ctx).find({
      select: { id: true },
      where: { deletedAt: Not(IsNull()) },
      take: limit,
    });
    return found.map(({ id }) => id);
  }

  /** Removes a webhook that has no deliveries any more. */
  async delete(tx: OperationContext, id: string): Promise<void> {
    await this.rows(tx).delete({ id });
  }

  /** Webhooks with a secret from before their last rotation that signs no more. */
  async listOutlivedSecrets(ctx: OperationContext, limit: number): Promise<readonly Webhook[]> {
    const rows = await this.rows(ctx).find({ where: this.outlived(), take: limit });
    return rows.map(webhookFrom);
  }

  /** Locks the webhook until the transaction ends. False when it was rotated again since. */
  async forgetPreviousSecret(tx: OperationContext, { id }: Webhook): Promise<boolean> {
    const { affected } = await this.rows(tx).update(
      { ...this.outlived(), id },
      { previousSecretExpiresAt: null },
    );
    return affected === 1;
  }

  private outlived() {
    return { previousSecretExpiresAt: LessThanOrEqual(this.clock.nowMs()), deletedAt: IsNull() };
  }

  private rows(ctx: OperationContext) {
    return this.database.rows(ctx, webhookRows);
  }
}

export function webhookFrom(row: WebhookRow): Webhook {
  const { disabledReason, disabledAt } = row;
  return {
    id: row.id,
    projectId: row.projectId,
    projectName: row.projectName,
    url: row.url,
    events: JSON.parse(row.events) as string[],
    prompts: JSON.parse(row.prompts) as string[],
    description: row.description,
    secretLastFour: row.secretLastFour,
    previousSecretExpiresAtMs: row.previousSecretExpiresAt,
    disabled:
      disabledReason === null
        ? null
        : { reason: disabledReason as DisabledReason, atMs: disabledAt ?? 0 },
    pending: row.pending,
    dueAtMs: row.dueAt,
    createdAtMs: row.createdAt,
    createdBy: actorFrom(row, 'createdBy'),
    updatedAtMs: row.updatedAt,
  };
}
