/**
 * The events that webhooks can be told. SECURITY: an allow-list, because what happens to users, keys,
 * sessions and credentials is written to the same outbox, and what is added later is nobody's business
 * until it stands here. docs/webhooks.md lists the same.
 */
export const webhookEventTypes = [
  'prompt.created',
  'prompt.updated',
  'prompt.tagged',
  'prompt.archived',
  'prompt.restored',
  'prompt.version.published',
  'prompt.version.yanked',
  'prompt.version.unyanked',
  'prompt.version.deprecated',
  'prompt.version.undeprecated',
  'prompt.version.purged',
  'prompt.label.moved',
  'prompt.label.removed',
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
