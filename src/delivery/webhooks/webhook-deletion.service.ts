import { Injectable } from '@nestjs/common';
import { type OperationContext, Policy } from '../../platform/authorization/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { Outbox } from '../../platform/events/index.js';
import { SecretStore } from '../../platform/secrets/index.js';
import { foundById } from './found-by-id.js';
import { secretPlace } from './webhook.js';
import { webhookDeleted } from './webhooks.events.js';
import { WebhooksRepository } from './webhooks.repository.js';

@Injectable()
export class WebhookDeletionService {
  constructor(
    private readonly policy: Policy,
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
    private readonly webhooks: WebhooksRepository,
    private readonly secrets: SecretStore,
  ) {}

  /** Its secrets are gone at once, and nothing more is sent but for an attempt that is being made. */
  async delete(ctx: OperationContext, project: string, id: string): Promise<void> {
    const { id: projectId } = await this.policy.requireProject(ctx, project, 'webhook:manage');
    await this.unitOfWork.run(ctx, async (tx) => {
      const webhook = await foundById(id, 'webhook', () => this.webhooks.lock(tx, projectId, id));
      await this.secrets.delete(tx, secretPlace(webhook));
      await this.secrets.delete(tx, secretPlace(webhook, 'previous-secret'));
      await this.webhooks.markDeleted(tx, webhook);
      this.outbox.record(tx, webhookDeleted(webhook));
    });
  }
}
