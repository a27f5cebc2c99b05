import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../../platform/authorization/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { type Problem, unauthenticated } from '../../platform/errors/index.js';
import { Outbox } from '../../platform/events/index.js';
import { BackgroundWrites } from '../background-writes.js';
import { PasswordHasher } from '../users/password-hasher.js';
import type { User, UserWithPassword } from '../users/user.js';
import { isUsername } from '../users/username.js';
import { UsersRepository } from '../users/users.repository.js';
import { type IssuedTokens, SessionTokens, type TokenGrant } from './session-tokens.js';
import { loginFailed, type LoginFailure, sessionStarted } from './sessions.events.js';
import { SessionsRepository } from './sessions.repository.js';

export interface Login {
  readonly username: string;
  readonly password: string;
}

@Injectable()
export class LoginService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
    private readonly background: BackgroundWrites,
    private readonly users: UsersRepository,
    private readonly hasher: PasswordHasher,
    private readonly sessions: SessionsRepository,
    private readonly tokens: SessionTokens,
  ) {}

  /**
   * Starts a session. A failure never tells, in words or in time, whether there is such a user.
   *
   * @throws unauthenticated, overloaded
   */
  async login(ctx: OperationContext, { username, password }: Login): Promise<IssuedTokens> {
    const found = isUsername(username) ? await this.users.findByName(ctx, username) : undefined;
    const matches = await this.hasher.verify(password, found?.passwordHash);
    if (!found) throw this.refuse(ctx, undefined, 'unknown-user');
    if (!matches) throw this.refuse(ctx, found.user, 'wrong-password');
    const newHash = this.hasher.isOutdated(found.passwordHash)
      ? await this.hasher.hash(password)
      : undefined;
    const granted = await this.unitOfWork.run(ctx, (tx) => this.start(tx, found, newHash));
    if (!granted) throw this.refuse(ctx, found.user, 'deactivated');
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

  private refuse(ctx: OperationContext, user: User | undefined, reason: LoginFailure): Problem {
    this.background.write(ctx, (tx) => {
      this.outbox.record(tx, loginFailed(user, reason));
    });
    return unauthenticated('The username or the password is wrong.');
  }
}
