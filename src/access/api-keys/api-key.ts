import type { Actor, Verb } from '../../platform/authorization/index.js';
import { digestOf } from '../../platform/crypto/index.js';

/** What a key may do and reach inside its project. */
export interface ApiKeyReach {
  readonly verbs: readonly Verb[];
  /** `*`, an exact prompt name, or `prefix/*` at any depth. */
  readonly prompts: readonly string[];
  /** Labels that it may move; `*` means every label. */
  readonly labels: readonly string[];
}

/** The credential of a program; it belongs to one project and holds no role. */
export interface ApiKey extends ApiKeyReach {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  /** The part that may be shown, such as `pdk_Ab3d`. */
  readonly prefix: string;
  readonly createdAtMs: number;
  readonly createdBy: Actor;
  /** Null when it never expires. */
  readonly expiresAtMs: number | null;
  /** Until when the secret it had before its last rotation works; null when it never was rotated. */
  readonly previousExpiresAtMs: number | null;
  readonly lastUsedAtMs: number | null;
  readonly revokedAtMs: number | null;
}

export interface ApiKeyDraft extends ApiKeyReach {
  readonly name: string;
  readonly expiresAtMs: number | null;
}

/** SECURITY: the secret exists only in the answer that creates it. */
export interface CreatedApiKey {
  readonly apiKey: ApiKey;
  readonly secret: string;
}

/** The digest of a key's public state, for events. */
export function apiKeyDigest(key: ApiKey): string {
  const { id, projectId, name, prefix, verbs, prompts, labels, expiresAtMs, revokedAtMs } = key;
  return digestOf({
    ...{ id, projectId, name, prefix, verbs, prompts, labels, expiresAtMs },
    revoked: revokedAtMs !== null,
  });
}
