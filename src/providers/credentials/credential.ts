import type { Actor } from '../../platform/authorization/index.js';
import { digestOf } from '../../platform/crypto/index.js';
import type { SecretPlace } from '../../platform/secrets/index.js';

/** A project's access to a provider of models. Its secret is in the secret store. */
export interface Credential {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  /** The provider's slug. */
  readonly provider: string;
  /** The last characters of the secret, to tell it by; null when it is too short to show any. */
  readonly lastFour: string | null;
  readonly createdAtMs: number;
  readonly createdBy: Actor;
}

/** SECURITY: the digest of what events may tell; the last characters are a part of the secret. */
export function credentialDigest({ id, projectId, name, provider }: Credential): string {
  return digestOf({ id, projectId, name, provider });
}

/** Where the secret store keeps the secret. What is stored there is bound to it for ever. */
export function secretPlace({ id, projectId }: Pick<Credential, 'id' | 'projectId'>): SecretPlace {
  return { table: 'credentials', row: id, project: projectId, field: 'secret' };
}
