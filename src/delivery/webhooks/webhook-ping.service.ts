import { Injectable } from '@nestjs/common';
import { type OperationContext, Policy } from '../../platform/authorization/index.js';
import { BoundedQueue } from '../../platform/concurrency/index.js';
import { newId } from '../../platform/crypto/index.js';
import { overloaded } from '../../platform/errors/index.js';
import { Clock } from '../../platform/time/index.js';
import type { Attempt } from './delivery.js';
import { foundById } from './found-by-id.js';
import { WebhookCall } from './webhook-call.js';
import { pingMessage } from './webhook-message.js';
import { WebhooksRepository } from './webhooks.repository.js';

export interface Ping {
  /** The `webhook-id` that was sent. */
  readonly messageId: string;
  readonly attempt: Attempt;
}

/** Tries a webhook while somebody waits for the answer. */
@Injectable()
export class WebhookPingService {
  /** SECURITY: a ping holds a request for as long as the receiver takes. */
  private readonly room = new BoundedQueue({
    concurrency: 4,
    maxWaiting: 16,
    refusal: () =>
      overloaded('Too many webhooks are being tried; try again after Retry-After.', {
        headers: { 'Retry-After': '5' },
      }),
  });

  constructor(
    private readonly policy: Policy,
    private readonly webhooks: WebhooksRepository,
    private readonly call: WebhookCall,
    private readonly clock: Clock,
  ) {}

  /** Sends a message that no event stands behind, past the queue, and to a disabled webhook too. */
  async ping(ctx: OperationContext, project: string, id: string): Promise<Ping> {
    const { id: projectId } = await this.policy.requireProject(ctx, project, 'webhook:manage');
    const webhook = await foundById(id, 'webhook', () => this.webhooks.find(ctx, projectId, id));
    const messageId = newId();
    const payload = pingMessage(webhook.projectName, id, this.clock.nowMs());
    const attempt = await this.room.run(() =>
      this.call.send(ctx, webhook, { id: messageId, payload }),
    );
    return { messageId, attempt };
  }
}
