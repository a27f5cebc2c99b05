import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../../platform/authorization/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { type Problem, unauthenticated } from '../../platform/errors/index.js';
import { Outbox } from '../../platform/events/index.js';
import { Clock } from '../../platform/time/index.js';
import { LoginThrottle } from '../throttling/login-throttle.js';
import { UsersRepository } from '../users/users.repository.js';
import { isRefreshTokenShaped, refreshTokenHash } from './refresh-token.js';
import { type IssuedTokens, SessionTokens, type TokenGrant } from './session-tokens.js';
import { sessionEnded } from './sessions.events.js';
import { SessionsRepository } from './sessions.repository.js';

const reused = 'refresh-token-reused';

/** Rotation of refresh tokens (RFC 9700, 4.14.2). */
@Injectable()
export class RefreshService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly users: UsersRepository,
    private readonly sessions: SessionsRepository,
    private readonly tokens: SessionTokens,
    private readonly throttle: LoginThrottle,
  ) {}

  /**
   * Trades a refresh token for a new pair. Each token works once: a second use, be it at the same
   * time, ends the session, because one of the two who hold it stole it.
   *
   * Tokens that were never given out count as failed logins of their network; a good one is traded
   * however many failed beside it.
   *
   * @throws unauthenticated, rate-limited
   */
  async refresh(ctx: OperationContext, token: string): Promise<IssuedTokens> {
    const hash = isRefreshTokenShaped(token) ? refreshTokenHash(token) : undefined;
    if (hash === undefined || !(await this.sessions.findToken(ctx, hash))) {
      throw invalid(await this.throttle.countUnknown(ctx));
    }
    // The end of a reused session must be committed, so the refusal is thrown out here.
    const granted = await this.unitOfWork.run(ctx, (tx) => this.rotate(tx, hash));
    if (!granted) throw invalid();
    return this.tokens.issue(granted);
  }

  private async rotate(tx: OperationContext, hash: string): Promise<TokenGrant | undefined> {
    const token = await this.sessions.findToken(tx, hash);
    const session = token && (await this.sessions.find(tx, token.sessionId));
    const user = session && (await this.users.find(tx, session.userId));
    if (!token || !user) return undefined;
    if (!(await this.sessions.useToken(tx, token.id))) {
      if (await this.sessions.end(tx, session.id, reused)) {
        this.outbox.record(tx, sessionEnded(session.id, user.username, reused));
      }
      return undefined;
    }
    const expired = Math.min(token.expiresAtMs, session.expiresAtMs) <= this.clock.nowMs();
    if (expired || session.ended || !user.active) return undefined;
    return this.tokens.grant(tx, session, user);
  }
}

function invalid(headers: Readonly<Record<string, string>> = {}): Problem {
  return unauthenticated('The refresh token is not valid (any more): log in again.', { headers });
}
