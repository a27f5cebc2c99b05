import { Injectable } from '@nestjs/common';
import type { OperationContext, Principal } from '../../platform/authorization/index.js';
import { sha256Hex } from '../../platform/crypto/index.js';
import { Clock } from '../../platform/time/index.js';
import { type VerifiedCredential, VerifiedCredentials } from '../verified-credentials.js';
import type { ApiKey } from './api-key.js';
import { isWellFormedApiKey } from './api-key-format.js';
import { ApiKeyUses } from './api-key-uses.js';
import { ApiKeysRepository } from './api-keys.repository.js';

/** Tells who an API key is. */
@Injectable()
export class ApiKeyAuthenticator {
  constructor(
    private readonly keys: ApiKeysRepository,
    private readonly clock: Clock,
    private readonly verified: VerifiedCredentials,
    private readonly uses: ApiKeyUses,
  ) {}

  /** Undefined for a key that is malformed, unknown, revoked or expired. */
  async authenticate(ctx: OperationContext, text: string): Promise<Principal | undefined> {
    // SECURITY: guesses without a valid checksum cost no query.
    if (!isWellFormedApiKey(text)) return undefined;
    const principal = await this.verified.get(ctx, text, () => this.lookUp(ctx, sha256Hex(text)));
    if (principal) this.uses.note(ctx, principal.id);
    return principal;
  }

  /** Asks the database, and counts it as no use. */
  async lookUp(ctx: OperationContext, keyHash: string): Promise<VerifiedCredential | undefined> {
    const key = await this.keys.findByHash(ctx, keyHash);
    const now = this.clock.nowMs();
    if (key?.revokedAtMs !== null) return undefined;
    if (key.expiresAtMs !== null && key.expiresAtMs <= now) return undefined;
    const { id, name, projectId, verbs, prompts, labels } = key;
    return {
      principal: { kind: 'key', id, name, projectId, verbs, prompts, labels },
      validUntilMs: endOf(key, now),
    };
  }
}

/** While it has two secrets, the end of the older one is the time to look which one this is. */
function endOf({ expiresAtMs, previousExpiresAtMs }: ApiKey, nowMs: number): number | null {
  const ends = [expiresAtMs, previousExpiresAtMs].filter((end) => end !== null && end > nowMs);
  return ends.length === 0 ? null : Math.min(...(ends as number[]));
}
