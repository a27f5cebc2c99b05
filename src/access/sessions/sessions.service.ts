import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../../platform/authorization/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { unauthenticated, validationFailed } from '../../platform/errors/index.js';
import { Outbox } from '../../platform/events/index.js';
import { LoginThrottle } from '../throttling/login-throttle.js';
import { noPasswordHash, PasswordHasher } from '../users/password-hasher.js';
import type { User } from '../users/user.js';
import { userChanged } from '../users/users.events.js';
import { UsersRepository } from '../users/users.repository.js';
import { OwnAccount } from './own-account.js';
import { sessionEnded } from './sessions.events.js';
import { SessionsRepository } from './sessions.repository.js';

export interface PasswordChange {
  readonly currentPassword: string;
  readonly newPassword: string;
}

/** What users do with their own account; allowed even while the password must be changed. */
@Injectable()
export class SessionsService {
  constructor(
    private readonly account: OwnAccount,
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
    private readonly users: UsersRepository,
    private readonly sessions: SessionsRepository,
    private readonly hasher: PasswordHasher,
    private readonly throttle: LoginThrottle,
  ) {}

  async getOwnUser(ctx: OperationContext): Promise<User> {
    const { id } = await this.account.caller(ctx);
    const user = await this.users.find(ctx, id);
    if (!user) throw gone();
    return user;
  }

  async logout(ctx: OperationContext): Promise<void> {
    const { sessionId, name } = await this.account.caller(ctx);
    await this.unitOfWork.run(ctx, async (tx) => {
      const ended = await this.sessions.end(tx, sessionId, 'logout');
      if (ended) this.outbox.record(tx, sessionEnded(sessionId, name, 'logout'));
    });
  }

  /**
   * Ends all sessions of the user but this one.
   *
   * @throws validation-failed when the current password is wrong or the new one is the same, and
   * for a user who has none
   */
  async changePassword(
    ctx: OperationContext,
    { currentPassword, newPassword }: PasswordChange,
  ): Promise<void> {
    const { id, name, sessionId } = await this.account.caller(ctx);
    const found = await this.users.findByName(ctx, name);
    if (found?.passwordHash === noPasswordHash) throw hasNoPassword();
    const attempt = { account: name, user: found?.user };
    const { failure, headers } = await this.throttle.attempt(ctx, attempt, async () =>
      (await this.hasher.verify(currentPassword, found?.passwordHash))
        ? undefined
        : 'wrong-password',
    );
    if (failure) throw refused('/currentPassword', failure, 'is not the current password', headers);
    if (newPassword === currentPassword) {
      throw refused('/newPassword', 'unchanged', 'must differ from the current password');
    }
    const passwordHash = await this.hasher.hash(newPassword);
    await this.unitOfWork.run(ctx, async (tx) => {
      const before = await this.users.lock(tx, id);
      // Of two changes at once one wins; the other proved a password that is no longer current.
      if (!before || before.passwordHash !== found?.passwordHash) throw gone();
      const changes = { passwordHash, mustChangePassword: false };
      const after = await this.users.update(tx, before.user, changes);
      await this.sessions.endAllOf(tx, id, 'password-changed', sessionId);
      this.outbox.record(tx, userChanged(before.user, after, true));
    });
  }
}

function gone() {
  return unauthenticated('The account changed meanwhile: log in again.');
}

function hasNoPassword() {
  const detail = 'belongs to no password: this user signs in with the identity provider';
  return refused('/currentPassword', 'no-password', detail);
}

function refused(pointer: string, code: string, detail: string, headers = {}) {
  const errors = [{ pointer, code, detail }];
  return validationFailed('The password was not changed.', { errors, headers });
}
