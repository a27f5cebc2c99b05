import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../../platform/authorization/index.js';
import type { User } from '../users/user.js';
import { AccessTokens } from './access-tokens.js';
import { mintRefreshToken, refreshTokenHash } from './refresh-token.js';
import type { Session } from './session.js';
import { SessionsRepository } from './sessions.repository.js';

/** What a login or a refresh hands out. */
export interface IssuedTokens {
  readonly accessToken: string;
  readonly accessTokenExpiresAtMs: number;
  readonly refreshToken: string;
  readonly refreshTokenExpiresAtMs: number;
  readonly user: User;
}

/** What a transaction has decided, before the token is signed outside of it. */
export interface TokenGrant {
  readonly session: Session;
  readonly user: User;
  readonly refreshToken: string;
  readonly refreshTokenExpiresAtMs: number;
}

/** The pair of tokens of a session: a row for the one that is kept, a signature for the other. */
@Injectable()
export class SessionTokens {
  constructor(
    private readonly sessions: SessionsRepository,
    private readonly accessTokens: AccessTokens,
  ) {}

  async grant(tx: OperationContext, session: Session, user: User): Promise<TokenGrant> {
    const refreshToken = mintRefreshToken();
    const hash = refreshTokenHash(refreshToken);
    const refreshTokenExpiresAtMs = await this.sessions.insertToken(tx, session, hash);
    return { session, user, refreshToken, refreshTokenExpiresAtMs };
  }

  async issue({ session, user, ...refresh }: TokenGrant): Promise<IssuedTokens> {
    const access = await this.accessTokens.issue({ userId: user.id, sessionId: session.id });
    return {
      ...refresh,
      accessToken: access.token,
      accessTokenExpiresAtMs: access.expiresAtMs,
      user,
    };
  }
}
