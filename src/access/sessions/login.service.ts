import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../../platform/authorization/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { Outbox } from '../../platform/events/index.js';
import { PasswordHasher } from '../users/password-hasher.js';
import type { UserWithPassword } from '../users/user.js';
import { UsersRepository } from '../users/users.repository.js';
import { type Login, PasswordCheck } from './password-check.js';
import { type IssuedTokens, SessionTokens, type TokenGrant } from './session-tokens.js';
import { sessionStarted } from './sessions.events.js';
import { SessionsRepository } from './sessions.repository.js';

@Injectable()
export class LoginService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
    private readonly passwords: PasswordCheck,
    private readonly users: UsersRepository,
    private readonly hasher: PasswordHasher,
    private readonly sessions: SessionsRepository,
    private readonly tokens: SessionTokens,
  ) {}

  /**
   * Starts a session.
   *
   * @throws unauthenticated, rate-limited, overloaded
   */
  async login(ctx: OperationContext, login: Login): Promise<IssuedTokens> {
    const found = await this.passwords.identify(ctx, login);
    const newHash = this.hasher.isOutdated(found.passwordHash)
      ? await this.hasher.hash(login.password)
      : undefined;
    const granted = await this.unitOfWork.run(ctx, (tx) => this.start(tx, found, newHash));
    if (!granted) throw this.passwords.refuse(ctx, found.user, 'deactivated');
    return this.tokens.issue(granted);
  }

  private async start(
    tx: OperationContext,
    checked: UserWithPassword,
    newHash: string | undefined,
  ): Promise<TokenGrant | undefined> {
    const { id } = checked.user;
    const now = await this.users.lock(tx, id);
    // A password that was changed while it was being checked must not start a session that the
    // change should have ended.
    if (!now?.user.active || now.passwordHash !== checked.passwordHash) return undefined;
    if (newHash !== undefined) {
      await this.users.replaceHash(tx, id, checked.passwordHash, newHash);
    }
    const session = await this.sessions.insert(tx, id);
    const { username: name, instanceAdmin, mustChangePassword } = now.user;
    const principal = {
      ...{ kind: 'user' as const, id, name, sessionId: session.id },
      ...{ instanceAdmin, mustChangePassword },
    };
    this.outbox.record({ ...tx, principal }, sessionStarted(session.id, now.user));
    return this.tokens.grant(tx, session, now.user);
  }
}
