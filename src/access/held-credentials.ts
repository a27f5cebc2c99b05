import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../platform/authorization/index.js';
import { sha256Hex } from '../platform/crypto/index.js';
import { bearerToken } from '../platform/http/index.js';
import { Clock } from '../platform/time/index.js';
import { ApiKeyAuthenticator } from './api-keys/api-key-authenticator.js';
import { isWellFormedApiKey } from './api-keys/api-key-format.js';
import { AccessTokens } from './sessions/access-tokens.js';
import { SessionsRepository } from './sessions/sessions.repository.js';
import type { VerifiedCredential } from './verified-credentials.js';

/**
 * What is kept of the credential of a request that stays open. SECURITY: not the credential, which
 * nobody who finds this could make of it.
 */
export type HeldCredential =
  | { readonly kind: 'key'; readonly keyHash: string }
  | {
      readonly kind: 'session';
      readonly sessionId: string;
      readonly userId: string;
      readonly expiresAtMs: number;
    };

/** For what lasts longer than a request: whether the credential that began it is still good. */
@Injectable()
export class HeldCredentials {
  constructor(
    private readonly tokens: AccessTokens,
    private readonly sessions: SessionsRepository,
    private readonly keys: ApiKeyAuthenticator,
    private readonly clock: Clock,
  ) {}

  /** @param authorization the header of that name; undefined for one that is no credential */
  async hold(authorization: string | undefined): Promise<HeldCredential | undefined> {
    const text = bearerToken(authorization);
    if (text === undefined) return undefined;
    if (isWellFormedApiKey(text)) return { kind: 'key', keyHash: sha256Hex(text) };
    const claims = await this.tokens.verify(text);
    return claims && { kind: 'session', ...claims };
  }

  /** Asks the database; undefined when it is not good any more. */
  async check(
    ctx: OperationContext,
    held: HeldCredential,
  ): Promise<VerifiedCredential | undefined> {
    if (held.kind === 'key') return this.keys.lookUp(ctx, held.keyHash);
    const { sessionId, userId, expiresAtMs } = held;
    if (expiresAtMs <= this.clock.nowMs()) return undefined;
    const caller = await this.sessions.findCaller(ctx, sessionId, userId);
    if (!caller) return undefined;
    const ends = [expiresAtMs, caller.validUntilMs].filter((end) => end !== null);
    return { ...caller, validUntilMs: Math.min(...ends) };
  }
}
