import { Injectable } from '@nestjs/common';
import { type OperationContext, Policy } from '../../platform/authorization/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { Outbox } from '../../platform/events/index.js';
import type { Page, PageRequest } from '../../platform/paging/index.js';
import { Clock } from '../../platform/time/index.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { foundById } from './found-by-id.js';
import { type Webhook, webhookDigest } from './webhook.js';
import type { WebhookRequest } from './webhook-draft.js';
import { WebhookDrafts } from './webhook-drafts.js';
import { webhookUpdated } from './webhooks.events.js';
import { type WebhookChanges, WebhooksRepository } from './webhooks.repository.js';

/** What is absent stays as it is. */
export interface WebhookUpdate extends Partial<WebhookRequest> {
  readonly active?: boolean;
}

@Injectable()
export class WebhooksService {
  constructor(
    private readonly policy: Policy,
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
    private readonly webhooks: WebhooksRepository,
    private readonly drafts: WebhookDrafts,
    private readonly deliveries: DeliveriesRepository,
    private readonly clock: Clock,
  ) {}

  async list(ctx: OperationContext, project: string, page: PageRequest): Promise<Page<Webhook>> {
    const { id } = await this.policy.requireProject(ctx, project, 'webhook:manage');
    return this.webhooks.list(ctx, id, page);
  }

  async get(ctx: OperationContext, project: string, id: string): Promise<Webhook> {
    const { id: projectId } = await this.policy.requireProject(ctx, project, 'webhook:manage');
    return foundById(id, 'webhook', () => this.webhooks.find(ctx, projectId, id));
  }

  /**
   * Changes what is given. One that is switched on goes on where it stopped, at once: with what was
   * pending, and with what happened meanwhile.
   *
   * @throws validation-failed
   */
  async update(
    ctx: OperationContext,
    project: string,
    id: string,
    update: WebhookUpdate,
  ): Promise<Webhook> {
    const { id: projectId } = await this.policy.requireProject(ctx, project, 'webhook:manage');
    return this.unitOfWork.run(ctx, async (tx) => {
      const before = await this.lock(tx, projectId, id);
      const changes = this.changesOf(before, update);
      if (webhookDigest({ ...before, ...changes }) === webhookDigest(before)) return before;
      const dueAtMs = await this.dueAtAfter(tx, before, changes);
      const after = await this.webhooks.update(tx, before, { ...changes, dueAtMs });
      this.outbox.record(tx, webhookUpdated(before, after));
      return after;
    });
  }

  /** When what is waiting is tried. Begun anew it is tried at once, with all tries before it. */
  private async dueAtAfter(
    tx: OperationContext,
    before: Webhook,
    changes: WebhookChanges,
  ): Promise<number | null> {
    if (changes.disabled) return null;
    if (!beginsAnew(before, changes)) return before.dueAtMs;
    await this.deliveries.forgetTries(tx, before.id);
    return before.pending > 0 ? this.clock.nowMs() : null;
  }

  private changesOf(before: Webhook, { active, ...request }: WebhookUpdate): WebhookChanges {
    const draft = this.drafts.parse({ ...before, ...request }, before);
    const paused = before.disabled ?? { reason: 'paused', atMs: this.clock.nowMs() };
    const asked = active === true ? null : paused;
    return { ...draft, disabled: active === undefined ? before.disabled : asked };
  }

  private async lock(tx: OperationContext, projectId: string, id: string): Promise<Webhook> {
    return foundById(id, 'webhook', () => this.webhooks.lock(tx, projectId, id));
  }
}

/** Whether what failed so far says nothing any more about what would follow. */
function beginsAnew(before: Webhook, after: WebhookChanges): boolean {
  return after.disabled === null && (before.disabled !== null || after.url !== before.url);
}
