import { Injectable } from '@nestjs/common';
import type { KeyPrincipal, OperationContext } from '../../platform/authorization/index.js';
import { sha256Hex } from '../../platform/crypto/index.js';
import { Clock } from '../../platform/time/index.js';
import { BackgroundWrites } from '../background-writes.js';
import type { ApiKey } from './api-key.js';
import { isWellFormedApiKey } from './api-key-format.js';
import { ApiKeysRepository } from './api-keys.repository.js';

/** How exact the last-used time is, so that a busy key does not write with every read. */
const lastUsedStepMs = 60_000;

export interface GoodKey {
  readonly principal: KeyPrincipal;
  readonly lookAgainAtMs: number | null;
}

/** Tells who an API key is. */
@Injectable()
export class ApiKeyAuthenticator {
  /** Keys whose last use is being written, or soon will be. */
  private readonly touching = new Set<string>();

  constructor(
    private readonly keys: ApiKeysRepository,
    private readonly clock: Clock,
    private readonly background: BackgroundWrites,
  ) {}

  /** Undefined for a key that is malformed, unknown, revoked or expired. */
  async authenticate(ctx: OperationContext, text: string): Promise<KeyPrincipal | undefined> {
    // SECURITY: guesses without a valid checksum cost no query.
    if (!isWellFormedApiKey(text)) return undefined;
    const key = await this.findGood(ctx, sha256Hex(text));
    if (!key) return undefined;
    this.noteUse(ctx, key, this.clock.nowMs() - lastUsedStepMs);
    return principalOf(key);
  }

  /** As `authenticate`, for one that was used before: by its hash, and not counted as a use. */
  async lookUp(ctx: OperationContext, keyHash: string): Promise<GoodKey | undefined> {
    const key = await this.findGood(ctx, keyHash);
    return key && { principal: principalOf(key), lookAgainAtMs: nextEnd(key, this.clock.nowMs()) };
  }

  private async findGood(ctx: OperationContext, keyHash: string): Promise<ApiKey | undefined> {
    const key = await this.keys.findByHash(ctx, keyHash);
    if (key?.revokedAtMs !== null) return undefined;
    const isOver = key.expiresAtMs !== null && key.expiresAtMs <= this.clock.nowMs();
    return isOver ? undefined : key;
  }

  private noteUse(ctx: OperationContext, key: ApiKey, olderThanMs: number): void {
    if (key.lastUsedAtMs !== null && key.lastUsedAtMs >= olderThanMs) return;
    if (this.touching.has(key.id)) return;
    this.touching.add(key.id);
    const queued = this.background.write(ctx, async (tx) => {
      this.touching.delete(key.id);
      await this.keys.touch(tx, key.id, olderThanMs);
    });
    if (!queued) this.touching.delete(key.id);
  }
}

function principalOf({ id, name, projectId, verbs, prompts, labels }: ApiKey): KeyPrincipal {
  return { kind: 'key', id, name, projectId, verbs, prompts, labels };
}

/** The next time at which the key, or the secret before this one, stops to work. */
function nextEnd({ expiresAtMs, previousExpiresAtMs }: ApiKey, nowMs: number): number | null {
  const ends = [expiresAtMs, previousExpiresAtMs].filter((at) => at !== null && at > nowMs);
  return ends.length === 0 ? null : Math.min(...(ends as number[]));
}
