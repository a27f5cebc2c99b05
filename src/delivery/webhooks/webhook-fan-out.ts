import { Injectable } from '@nestjs/common';
import { type OperationContext, systemContext } from '../../platform/authorization/index.js';
import { newId } from '../../platform/crypto/index.js';
import { Leases, UnitOfWork } from '../../platform/database/index.js';
import { OutboxRepository, type RecordedEvent } from '../../platform/events/index.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { wantsEvent } from './event-filter.js';
import { messageOf } from './webhook-message.js';
import { type WebhookBehind, WebhookQueueRepository } from './webhook-queue.repository.js';

/** Another instance takes over this long after the last batch of one that is gone. */
const LEASE_MS = 5_000;
/** Together they bound one transaction to 1,000 deliveries, unless a single revision has more. */
const WEBHOOKS_PER_BATCH = 20;
const EVENTS_PER_WEBHOOK = 50;
/** A webhook that has so many before it is not given more: they stay in the outbox meanwhile. */
const MAX_PENDING = 1_000;

/**
 * Turns events of the outbox into deliveries, one for each webhook that wants them:
 *
 *   lease row  ->  webhooks behind their project, locked  ->  events after each one's revision
 *              ->  deliveries, and how far each webhook is  ->  COMMIT
 *
 * A webhook has a place of its own in the outbox, so that one that is off or far behind holds up no
 * other, and goes on where it stopped.
 */
@Injectable()
export class WebhookFanOut {
  private readonly ctx = systemContext('webhooks');
  private readonly instance = newId();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly leases: Leases,
    private readonly events: OutboxRepository,
    private readonly queue: WebhookQueueRepository,
    private readonly deliveries: DeliveriesRepository,
  ) {}

  /** Everything that was recorded before the call, unless another instance holds the lease. */
  async run(signal: AbortSignal): Promise<void> {
    let more = true;
    // Looking comes first and takes no lock, so that an idle instance writes nothing.
    while (more && !signal.aborted && (await this.listBehind(this.ctx, 1)).length > 0) {
      more = await this.queueBatch();
    }
  }

  private async listBehind(ctx: OperationContext, limit: number): Promise<readonly string[]> {
    return this.queue.listBehindIds(ctx, { limit, maxPending: MAX_PENDING });
  }

  /** False when it is another instance's turn. */
  private async queueBatch(): Promise<boolean> {
    return this.unitOfWork.run(this.ctx, async (tx) => {
      if (!(await this.leases.hold(tx, 'webhooks', this.instance, LEASE_MS))) return false;
      // These reads must come after the lock: the instance that had it may have just committed.
      const webhooks = await this.queue.lockActive(
        tx,
        await this.listBehind(tx, WEBHOOKS_PER_BATCH),
      );
      // Most webhooks of a project are at the same place and share what is read.
      const read = new Map<string, readonly RecordedEvent[]>();
      for (const webhook of webhooks) {
        const place = `${webhook.projectId} ${webhook.revision}`;
        const events = read.get(place) ?? (await this.wholeRevisions(tx, webhook));
        read.set(place, events);
        await this.tell(tx, webhook, events);
      }
      return true;
    });
  }

  private async tell(
    tx: OperationContext,
    webhook: WebhookBehind,
    events: readonly RecordedEvent[],
  ): Promise<void> {
    const wanted = events.filter((event) => wantsEvent(webhook, event));
    await this.deliveries.insert(
      tx,
      wanted.map((event) => ({
        webhookId: webhook.id,
        revision: event.revision,
        position: event.position,
        type: event.type,
        payload: messageOf(event, webhook.projectName),
      })),
    );
    const revision = events.at(-1)?.revision ?? webhook.revision;
    await this.queue.advance(tx, webhook, { revision, added: wanted.length });
  }

  private async wholeRevisions(
    tx: OperationContext,
    webhook: WebhookBehind,
    limit = EVENTS_PER_WEBHOOK,
  ): Promise<readonly RecordedEvent[]> {
    const { projectId, revision } = webhook;
    const events = await this.events.listAfter(tx, projectId, revision, limit);
    if (events.length < limit) return events;
    const cut = events.at(-1)?.revision;
    const whole = events.filter((event) => event.revision !== cut);
    return whole.length > 0 ? whole : this.wholeRevisions(tx, webhook, limit * 2);
  }
}
