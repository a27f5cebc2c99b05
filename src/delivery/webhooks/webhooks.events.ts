import type { EventData, NewEvent } from '../../platform/events/index.js';
import type { Delivery } from './delivery.js';
import { type Webhook, webhookDigest } from './webhook.js';

export function webhookCreated(webhook: Webhook): NewEvent {
  return { ...about(webhook, 'webhook.created', reach(webhook)), after: webhookDigest(webhook) };
}

export function webhookUpdated(before: Webhook, after: Webhook): NewEvent {
  return {
    ...about(after, 'webhook.updated', { ...reach(after), disabled: reasonOf(after) }),
    before: webhookDigest(before),
    after: webhookDigest(after),
  };
}

/** Not by somebody, but because of what the receiver answered or did not. */
export function webhookDisabledFor(before: Webhook, after: Webhook, delivery: string): NewEvent {
  return {
    ...about(after, 'webhook.disabled', { reason: reasonOf(after), delivery }),
    before: webhookDigest(before),
    after: webhookDigest(after),
  };
}

export function webhookSecretRotated(webhook: Webhook): NewEvent {
  const { previousSecretExpiresAtMs } = webhook;
  return about(webhook, 'webhook.secret-rotated', { previousSecretExpiresAtMs });
}

export function webhookDeleted(webhook: Webhook): NewEvent {
  return { ...about(webhook, 'webhook.deleted'), before: webhookDigest(webhook) };
}

export function webhookRedelivered(webhook: Webhook, { id, type }: Delivery): NewEvent {
  return about(webhook, 'webhook.redelivered', { delivery: id, type });
}

function reach({ events, prompts }: Webhook): EventData {
  return { events, prompts };
}

function reasonOf({ disabled }: Webhook): string | null {
  return disabled?.reason ?? null;
}

/** SECURITY: names the host alone, because the rest of an address is often as good as a password. */
function about({ id, projectId, url }: Webhook, type: string, data: EventData = {}): NewEvent {
  const { host } = new URL(url);
  return { type, projectId, subject: { type: 'webhook', id, name: host }, data };
}
