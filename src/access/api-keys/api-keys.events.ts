import type { NewEvent } from '../../platform/events/index.js';
import { type ApiKey, apiKeyDigest } from './api-key.js';

export function apiKeyCreated(key: ApiKey): NewEvent {
  const { verbs, prompts, labels, expiresAtMs } = key;
  return {
    ...about(key, 'key.created'),
    after: apiKeyDigest(key),
    data: { prefix: key.prefix, verbs, prompts, labels, expiresAtMs },
  };
}

export function apiKeyRotated(before: ApiKey, after: ApiKey): NewEvent {
  const { prefix, expiresAtMs, previousExpiresAtMs } = after;
  return {
    ...about(after, 'key.rotated'),
    before: apiKeyDigest(before),
    after: apiKeyDigest(after),
    data: { prefix, previousPrefix: before.prefix, expiresAtMs, previousExpiresAtMs },
  };
}

export function apiKeyRevoked(before: ApiKey, after: ApiKey): NewEvent {
  return {
    ...about(after, 'key.revoked'),
    before: apiKeyDigest(before),
    after: apiKeyDigest(after),
    data: { prefix: after.prefix },
  };
}

function about({ id, name, projectId }: ApiKey, type: string): NewEvent {
  return { type, projectId, subject: { type: 'key', id, name } };
}
