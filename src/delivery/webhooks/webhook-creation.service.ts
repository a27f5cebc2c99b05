import { Injectable } from '@nestjs/common';
import { LiveProjects } from '../../access/index.js';
import { type OperationContext, Policy } from '../../platform/authorization/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { Outbox } from '../../platform/events/index.js';
import { SecretStore } from '../../platform/secrets/index.js';
import { secretPlace, type WebhookWithSecret } from './webhook.js';
import type { WebhookRequest } from './webhook-draft.js';
import { WebhookDrafts } from './webhook-drafts.js';
import { lastFourOf, newWebhookSecret } from './webhook-signature.js';
import { webhookLimit } from './webhooks.errors.js';
import { webhookCreated } from './webhooks.events.js';
import { WebhooksRepository } from './webhooks.repository.js';

/** Every event is looked at for each webhook of its project. */
const MAX_WEBHOOKS = 20;

@Injectable()
export class WebhookCreationService {
  constructor(
    private readonly policy: Policy,
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
    private readonly projects: LiveProjects,
    private readonly webhooks: WebhooksRepository,
    private readonly drafts: WebhookDrafts,
    private readonly secrets: SecretStore,
  ) {}

  /**
   * A webhook that is told of what happens from now on, with its secret.
   *
   * @throws validation-failed, project-archived, webhook-limit
   */
  async create(
    ctx: OperationContext,
    project: string,
    request: WebhookRequest,
  ): Promise<WebhookWithSecret> {
    const { id, name } = await this.policy.requireProject(ctx, project, 'webhook:manage');
    const draft = this.drafts.parse(request);
    const secret = newWebhookSecret();
    const webhook = await this.unitOfWork.run(ctx, async (tx) => {
      await this.projects.hold(tx, id, 'Restore the project before making webhooks for it.');
      // After the lock, or two requests at once would both find the last place free.
      if ((await this.webhooks.count(tx, id)) >= MAX_WEBHOOKS) throw tooMany();
      const created = await this.webhooks.insert(tx, {
        ...draft,
        ...{ projectId: id, projectName: name, secretLastFour: lastFourOf(secret) },
        revision: await this.outbox.currentRevision(tx, id),
      });
      await this.secrets.put(tx, secretPlace(created), secret);
      this.outbox.record(tx, webhookCreated(created));
      return created;
    });
    return { webhook, secret };
  }
}

function tooMany() {
  return webhookLimit(`A project has at most ${MAX_WEBHOOKS} webhooks: delete one first.`);
}
