import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../../platform/authorization/index.js';
import { SecretStore } from '../../platform/secrets/index.js';
import { Clock } from '../../platform/time/index.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { secretPlace } from './webhook.js';
import { WebhooksRepository } from './webhooks.repository.js';

/** How long the log tells of deliveries that were made or given up. */
const KEPT_MS = 30 * 24 * 60 * 60 * 1000;
/** So few that a batch holds up no other writer for long. */
const DELIVERIES_PER_BATCH = 500;
const WEBHOOKS_PER_BATCH = 20;

/** What is left behind: old deliveries, deleted webhooks with theirs, and secrets that sign no more. */
@Injectable()
export class WebhookRemains {
  constructor(
    private readonly webhooks: WebhooksRepository,
    private readonly deliveries: DeliveriesRepository,
    private readonly secrets: SecretStore,
    private readonly clock: Clock,
  ) {}

  /** Takes no lock. */
  async areThere(ctx: OperationContext): Promise<boolean> {
    return (
      (await this.deliveries.hasEndedBefore(ctx, this.keptSinceMs())) ||
      (await this.webhooks.listDeletedIds(ctx, 1)).length > 0 ||
      (await this.webhooks.listOutlivedSecrets(ctx, 1)).length > 0
    );
  }

  /** Removes a bounded part of it. */
  async removeSome(tx: OperationContext): Promise<void> {
    await this.deliveries.deleteEndedBefore(tx, this.keptSinceMs(), DELIVERIES_PER_BATCH);
    for (const webhook of await this.webhooks.listOutlivedSecrets(tx, WEBHOOKS_PER_BATCH)) {
      const forgotten = await this.webhooks.forgetPreviousSecret(tx, webhook);
      if (forgotten) await this.secrets.delete(tx, secretPlace(webhook, 'previous-secret'));
    }
    const [deleted] = await this.webhooks.listDeletedIds(tx, 1);
    if (deleted === undefined) return;
    const count = await this.deliveries.deleteOf(tx, deleted, DELIVERIES_PER_BATCH);
    if (count < DELIVERIES_PER_BATCH) await this.webhooks.delete(tx, deleted);
  }

  private keptSinceMs(): number {
    return this.clock.nowMs() - KEPT_MS;
  }
}
