import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../../platform/authorization/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { Outbox } from '../../platform/events/index.js';
import { Clock } from '../../platform/time/index.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import type { AttemptOutcome, Delivery } from './delivery.js';
import type { DeliveryVerdict } from './delivery-verdict.js';
import type { DisabledReason, Webhook } from './webhook.js';
import { type Claim, WebhookQueueRepository } from './webhook-queue.repository.js';
import { webhookDisabledFor } from './webhooks.events.js';
import { WebhooksRepository } from './webhooks.repository.js';

/** An attempt that was made, with what it means. */
export interface JudgedAttempt {
  readonly outcome: AttemptOutcome;
  readonly verdict: DeliveryVerdict;
}

/** Writes down what became of an attempt, in one transaction with everything that follows from it. */
@Injectable()
export class DeliverySettlement {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
    private readonly webhooks: WebhooksRepository,
    private readonly queue: WebhookQueueRepository,
    private readonly deliveries: DeliveriesRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * Whether the next delivery may be tried at once, with the claim kept. Writes nothing when the claim
   * was lost, since another instance has tried the same meanwhile.
   */
  async settle(
    ctx: OperationContext,
    { id, webhookId }: Delivery,
    attempt: JudgedAttempt,
    claim: Claim,
  ): Promise<boolean> {
    return this.unitOfWork.run(ctx, async (tx) => {
      const webhook = await this.queue.lockClaimed(tx, webhookId, claim);
      // Read again, since somebody may have put it in the queue anew meanwhile.
      const delivery = webhook && (await this.deliveries.find(tx, webhookId, id));
      if (!webhook || !delivery) return false;
      const { kind } = attempt.verdict;
      const become = kind === 'retry' ? 'pending' : kind;
      await this.deliveries.recordAttempt(tx, delivery, attempt.outcome, become);
      return this.goOn(tx, webhook, delivery, attempt.verdict, claim);
    });
  }

  /** Lets others send to the webhook. */
  async release(ctx: OperationContext, webhookId: string, claim: Claim): Promise<void> {
    await this.unitOfWork.run(ctx, async (tx) => {
      const webhook = await this.queue.lockClaimed(tx, webhookId, claim);
      if (!webhook) return;
      // What is due without a delivery would be claimed again and again.
      const next = await this.deliveries.findNext(tx, webhookId);
      const pending = next ? webhook.pending : 0;
      const dueAtMs = next ? webhook.dueAtMs : null;
      await this.queue.settle(tx, webhook, { pending, dueAtMs, keep: undefined });
    });
  }

  private async goOn(
    tx: OperationContext,
    webhook: Webhook,
    delivery: Delivery,
    verdict: DeliveryVerdict,
    claim: Claim,
  ): Promise<boolean> {
    const pending = webhook.pending - (verdict.kind === 'retry' ? 0 : 1);
    // Read now: an older one may have been put in the queue again, which has not to wait for this one.
    const next = await this.deliveries.findNext(tx, webhook.id);
    const waitMs = verdict.kind === 'retry' && next?.id === delivery.id ? verdict.delayMs : 0;
    // It may have been switched off while the attempt was made.
    const isOn = webhook.disabled === null && verdict.kind !== 'failed' && next !== undefined;
    const dueAtMs = isOn ? this.clock.nowMs() + waitMs : null;
    const again = isOn && waitMs === 0;
    const keep = again ? claim : undefined;
    await this.queue.settle(tx, webhook, { pending, dueAtMs, keep });
    if (verdict.kind === 'failed') await this.disable(tx, webhook, delivery, verdict.disable);
    return again;
  }

  private async disable(
    tx: OperationContext,
    webhook: Webhook,
    delivery: Delivery,
    reason: DisabledReason,
  ): Promise<void> {
    if (webhook.disabled) return;
    const disabled = { reason, atMs: this.clock.nowMs() };
    const after = await this.webhooks.update(tx, webhook, { disabled, dueAtMs: null });
    this.outbox.record(tx, webhookDisabledFor(webhook, after, delivery.id));
  }
}
