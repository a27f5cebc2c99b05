import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../../platform/authorization/index.js';
import { type Problem, unauthenticated } from '../../platform/errors/index.js';
import { networkOf } from '../../platform/http/index.js';
import { LoginThrottle } from '../throttling/login-throttle.js';
import { RefusalTrail } from '../throttling/refusal-trail.js';
import { PasswordHasher } from '../users/password-hasher.js';
import type { User, UserWithPassword } from '../users/user.js';
import { isUsername } from '../users/username.js';
import { UsersRepository } from '../users/users.repository.js';
import { loginFailed, type LoginFailure } from './sessions.events.js';

export interface Login {
  readonly username: string;
  readonly password: string;
}

/** Tells whose name and password these are. */
@Injectable()
export class PasswordCheck {
  constructor(
    private readonly users: UsersRepository,
    private readonly hasher: PasswordHasher,
    private readonly throttle: LoginThrottle,
    private readonly trail: RefusalTrail,
  ) {}

  /**
   * An active user with this password. A failure never tells, in words, in time or by the limits,
   * whether there is such a user.
   *
   * @throws unauthenticated, rate-limited, overloaded
   */
  async identify(ctx: OperationContext, { username, password }: Login): Promise<UserWithPassword> {
    const found = isUsername(username) ? await this.users.findByName(ctx, username) : undefined;
    const user = found?.user;
    const { failure, headers } = await this.throttle.attempt(ctx, { account: username, user }, () =>
      this.failureOf(password, found),
    );
    if (!found || failure) throw this.refuse(ctx, user, failure ?? 'unknown-user', headers);
    return found;
  }

  private async failureOf(
    password: string,
    found: UserWithPassword | undefined,
  ): Promise<LoginFailure | undefined> {
    // SECURITY: first, so that every failure takes as long as a wrong password.
    const matches = await this.hasher.verify(password, found?.passwordHash);
    if (!found) return 'unknown-user';
    if (!matches) return 'wrong-password';
    return found.user.active ? undefined : 'deactivated';
  }

  /** Writes the failure down and answers what to throw, which is the same for all of them. */
  refuse(
    ctx: OperationContext,
    user: User | undefined,
    reason: LoginFailure,
    headers: Readonly<Record<string, string>> = {},
  ): Problem {
    this.trail.record(ctx, networkOf(ctx.origin.ip), loginFailed(user, reason));
    return unauthenticated('The username or the password is wrong.', { headers });
  }
}
