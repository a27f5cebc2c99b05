import { Injectable } from '@nestjs/common';
import type { OperationContext, Principal } from '../../platform/authorization/index.js';
import { type VerifiedCredential, VerifiedCredentials } from '../verified-credentials.js';
import { AccessTokens } from './access-tokens.js';
import { SessionsRepository } from './sessions.repository.js';

/** RFC 7515: three parts of base64url. */
const compactJws = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** Tells who an access token is. */
@Injectable()
export class SessionAuthenticator {
  constructor(
    private readonly tokens: AccessTokens,
    private readonly sessions: SessionsRepository,
    private readonly verified: VerifiedCredentials,
  ) {}

  /**
   * Undefined for a token that is not ours or has expired, and for one whose session ended or whose
   * user is deactivated: a signature proves what was true when it was made.
   */
  async authenticate(ctx: OperationContext, token: string): Promise<Principal | undefined> {
    if (!compactJws.test(token)) return undefined;
    return this.verified.get(ctx, token, () => this.verify(ctx, token));
  }

  private async verify(
    ctx: OperationContext,
    token: string,
  ): Promise<VerifiedCredential | undefined> {
    const claims = await this.tokens.verify(token);
    if (!claims) return undefined;
    const caller = await this.sessions.findCaller(ctx, claims.sessionId, claims.userId);
    if (!caller) return undefined;
    const ends = [claims.expiresAtMs, caller.validUntilMs].filter((end) => end !== null);
    return { ...caller, validUntilMs: Math.min(...ends) };
  }
}
