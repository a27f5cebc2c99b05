import { Injectable } from '@nestjs/common';
import type { OperationContext, UserPrincipal } from '../../platform/authorization/index.js';
import { AccessTokens } from './access-tokens.js';
import { SessionsRepository } from './sessions.repository.js';

/** Tells who an access token is. */
@Injectable()
export class SessionAuthenticator {
  constructor(
    private readonly tokens: AccessTokens,
    private readonly sessions: SessionsRepository,
  ) {}

  /**
   * Undefined for a token that is not ours or has expired, and for one whose session ended or whose
   * user is deactivated: a signature proves what was true when it was made.
   */
  async authenticate(ctx: OperationContext, token: string): Promise<UserPrincipal | undefined> {
    const claims = await this.tokens.verify(token);
    return claims && this.sessions.findCaller(ctx, claims.sessionId, claims.userId);
  }
}
