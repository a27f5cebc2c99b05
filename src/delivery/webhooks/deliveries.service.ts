import { Injectable } from '@nestjs/common';
import { type OperationContext, Policy } from '../../platform/authorization/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { Outbox } from '../../platform/events/index.js';
import type { Page, PageRequest } from '../../platform/paging/index.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import type { Delivery, DeliveryStatus } from './delivery.js';
import { foundById } from './found-by-id.js';
import type { Webhook } from './webhook.js';
import { WebhookQueueRepository } from './webhook-queue.repository.js';
import { webhookDisabled } from './webhooks.errors.js';
import { webhookRedelivered } from './webhooks.events.js';
import { WebhooksRepository } from './webhooks.repository.js';

/** A delivery with the webhook that knows when it is tried next. */
export interface DeliveryView {
  readonly webhook: Webhook;
  readonly delivery: Delivery;
}

@Injectable()
export class DeliveriesService {
  constructor(
    private readonly policy: Policy,
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
    private readonly webhooks: WebhooksRepository,
    private readonly deliveries: DeliveriesRepository,
    private readonly queue: WebhookQueueRepository,
  ) {}

  async list(
    ctx: OperationContext,
    project: string,
    id: string,
    status: DeliveryStatus | undefined,
    page: PageRequest,
  ): Promise<Page<DeliveryView>> {
    const { id: projectId } = await this.policy.requireProject(ctx, project, 'webhook:manage');
    const webhook = await foundById(id, 'webhook', () => this.webhooks.find(ctx, projectId, id));
    const found = await this.deliveries.list(ctx, id, status, page);
    return { ...found, items: found.items.map((delivery) => ({ webhook, delivery })) };
  }

  /**
   * Puts a delivery in the queue again, whatever became of it, at the place that its event has: before
   * everything that is pending for what happened later.
   *
   * @throws webhook-disabled
   */
  async redeliver(
    ctx: OperationContext,
    project: string,
    id: string,
    deliveryId: string,
  ): Promise<DeliveryView> {
    const { id: projectId } = await this.policy.requireProject(ctx, project, 'webhook:manage');
    return this.unitOfWork.run(ctx, async (tx) => {
      const webhook = await foundById(id, 'webhook', () => this.webhooks.lock(tx, projectId, id));
      const before = await foundById(deliveryId, 'delivery', () =>
        this.deliveries.find(tx, id, deliveryId),
      );
      if (webhook.disabled) throw webhookDisabled('Turn the webhook on before it sends again.');
      const delivery = await this.deliveries.requeue(tx, before);
      const added = before.status === 'pending' ? 0 : 1;
      await this.queue.wake(tx, webhook, webhook.pending + added);
      this.outbox.record(tx, webhookRedelivered(webhook, delivery));
      return { webhook, delivery };
    });
  }
}
