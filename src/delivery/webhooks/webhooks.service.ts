import { Injectable } from '@nestjs/common';
import { type OperationContext, Policy } from '../../platform/authorization/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { Outbox } from '../../platform/events/index.js';
import type { Page, PageRequest } from '../../platform/paging/index.js';
import { SecretStore } from '../../platform/secrets/index.js';
import { Clock } from '../../platform/time/index.js';
import { foundById } from './found-by-id.js';
import { secretPlace, type Webhook, webhookDigest } from './webhook.js';
import type { WebhookRequest } from './webhook-draft.js';
import { WebhookDrafts } from './webhook-drafts.js';
import { webhookDeleted, webhookUpdated } from './webhooks.events.js';
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
    private readonly secrets: SecretStore,
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
      const after = await this.webhooks.update(tx, before, changes);
      this.outbox.record(tx, webhookUpdated(before, after));
      return after;
    });
  }

  /** Nothing more is sent, but for an attempt that is being made. */
  async delete(ctx: OperationContext, project: string, id: string): Promise<void> {
    const { id: projectId } = await this.policy.requireProject(ctx, project, 'webhook:manage');
    await this.unitOfWork.run(ctx, async (tx) => {
      const webhook = await this.lock(tx, projectId, id);
      await this.secrets.delete(tx, secretPlace(webhook));
      await this.secrets.delete(tx, secretPlace(webhook, 'previous-secret'));
      await this.webhooks.markDeleted(tx, webhook);
      this.outbox.record(tx, webhookDeleted(webhook));
    });
  }

  private changesOf(before: Webhook, { active, ...request }: WebhookUpdate): WebhookChanges {
    const draft = this.drafts.parse({ ...before, ...request });
    const now = this.clock.nowMs();
    const paused = before.disabled ?? { reason: 'paused', atMs: now };
    const asked = active === true ? null : paused;
    const disabled = active === undefined ? before.disabled : asked;
    const isWaiting = disabled === null && before.pending > 0;
    return { ...draft, disabled, dueAtMs: isWaiting ? now : null };
  }

  private async lock(tx: OperationContext, projectId: string, id: string): Promise<Webhook> {
    return foundById(id, 'webhook', () => this.webhooks.lock(tx, projectId, id));
  }
}
