import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../../platform/authorization/index.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { DeliverySettlement } from './delivery-settlement.js';
import { judgeAttempt } from './delivery-verdict.js';
import { WebhookCall } from './webhook-call.js';
import { WebhookMetrics } from './webhook-metrics.js';
import { type Claim, WebhookQueueRepository } from './webhook-queue.repository.js';

/** Then others that are due come before it. */
const DELIVERIES_PER_TURN = 50;

/** Sends to one claimed webhook, one delivery after the other, until it must wait. */
@Injectable()
export class WebhookTurn {
  constructor(
    private readonly queue: WebhookQueueRepository,
    private readonly deliveries: DeliveriesRepository,
    private readonly call: WebhookCall,
    private readonly settlement: DeliverySettlement,
    private readonly metrics: WebhookMetrics,
  ) {}

  async take(
    ctx: OperationContext,
    webhookId: string,
    claim: Claim,
    isStopped: () => boolean,
  ): Promise<void> {
    for (let sent = 0; sent < DELIVERIES_PER_TURN && !isStopped(); sent += 1) {
      if (!(await this.sendNext(ctx, webhookId, claim))) return;
    }
    await this.settlement.release(ctx, webhookId, claim);
  }

  /** Whether the next one may follow at once; if not, the claim is let go. */
  private async sendNext(ctx: OperationContext, webhookId: string, claim: Claim): Promise<boolean> {
    const webhook = await this.queue.findClaimed(ctx, webhookId, claim);
    const delivery = webhook && (await this.deliveries.findNext(ctx, webhookId));
    if (!webhook || !delivery) {
      await this.settlement.release(ctx, webhookId, claim);
      return false;
    }
    const outcome = await this.call.send(ctx, webhook, delivery);
    const verdict = judgeAttempt(outcome, delivery.tries, Math.random());
    this.metrics.countAttempt(verdict.kind);
    return this.settlement.settle(ctx, delivery, { outcome, verdict }, claim);
  }
}
