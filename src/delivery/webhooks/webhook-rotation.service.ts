import { Injectable } from '@nestjs/common';
import { type OperationContext, Policy } from '../../platform/authorization/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { Outbox } from '../../platform/events/index.js';
import { SecretStore } from '../../platform/secrets/index.js';
import { Clock } from '../../platform/time/index.js';
import { foundById } from './found-by-id.js';
import { secretPlace, type Webhook, type WebhookWithSecret } from './webhook.js';
import { lastFourOf, newWebhookSecret } from './webhook-signature.js';
import { webhookSecretRotated } from './webhooks.events.js';
import { WebhooksRepository } from './webhooks.repository.js';

/** Long enough to deploy a receiver anew, whoever has to agree to it. */
const defaultOverlapSeconds = 24 * 60 * 60;

@Injectable()
export class WebhookRotationService {
  constructor(
    private readonly policy: Policy,
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
    private readonly webhooks: WebhooksRepository,
    private readonly secrets: SecretStore,
    private readonly clock: Clock,
  ) {}

  /**
   * Another secret. The one before it signs beside it for the overlap, and the one before that no
   * more. Without an overlap the secret before is not even opened, so that a damaged one can be
   * replaced.
   *
   * @throws secret-key-unknown, secret-damaged when the secret before cannot be kept
   */
  async rotate(
    ctx: OperationContext,
    project: string,
    id: string,
    overlapSeconds = defaultOverlapSeconds,
  ): Promise<WebhookWithSecret> {
    const { id: projectId } = await this.policy.requireProject(ctx, project, 'webhook:manage');
    const secret = newWebhookSecret();
    const webhook = await this.unitOfWork.run(ctx, async (tx) => {
      const before = await foundById(id, 'webhook', () => this.webhooks.lock(tx, projectId, id));
      await this.keepPrevious(tx, before, overlapSeconds);
      await this.secrets.put(tx, secretPlace(before), secret);
      const previousSecretExpiresAtMs =
        overlapSeconds === 0 ? null : this.clock.nowMs() + overlapSeconds * 1000;
      const after = await this.webhooks.update(tx, before, {
        secretLastFour: lastFourOf(secret),
        previousSecretExpiresAtMs,
      });
      this.outbox.record(tx, webhookSecretRotated(after));
      return after;
    });
    return { webhook, secret };
  }

  private async keepPrevious(
    tx: OperationContext,
    webhook: Webhook,
    overlapSeconds: number,
  ): Promise<void> {
    const place = secretPlace(webhook, 'previous-secret');
    if (overlapSeconds === 0) return this.secrets.delete(tx, place);
    await this.secrets.put(tx, place, await this.secrets.get(tx, secretPlace(webhook)));
  }
}
