import { changeTypes } from '../feed/change.js';

/**
 * The events that webhooks can be told. SECURITY: an allow-list, because what happens to users, keys,
 * sessions and credentials is written to the same outbox, and what is added later is nobody's business
 * until it stands here, or among what every reader of a prompt is told. docs/webhooks.md lists the same.
 */
export const webhookEventTypes = [
  ...changeTypes,
  'prompt.label.glass-broken',
  'release.made',
  'promotion.requested',
  'promotion.approved',
  'promotion.applied',
  'promotion.rejected',
  'promotion.superseded',
  'promotion.withdrawn',
  'label-policy.set',
  'label-policy.removed',
] as const;
