import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { type OperationContext, Policy } from '../../platform/authorization/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { notFound, validationFailed } from '../../platform/errors/index.js';
import { Outbox } from '../../platform/events/index.js';
import type { Page, PageRequest } from '../../platform/paging/index.js';
import { SessionsRepository } from '../sessions/sessions.repository.js';
import { PasswordHasher } from './password-hasher.js';
import { type User, type UserChanges, userDigest } from './user.js';
import { isUsername, usernameRule } from './username.js';
import { lastAdmin } from './users.errors.js';
import { userChanged, userCreated } from './users.events.js';
import { UsersRepository } from './users.repository.js';

export interface UserDraft {
  readonly username: string;
  readonly password: string;
  readonly email: string | null;
  readonly instanceAdmin: boolean;
  readonly mustChangePassword: boolean;
}

/** What an instance admin changes about a user. */
export interface UserPatch extends Omit<UserChanges, 'passwordHash'> {
  readonly password?: string;
}

@Injectable()
export class UsersService {
  constructor(
    private readonly policy: Policy,
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
    private readonly users: UsersRepository,
    private readonly sessions: SessionsRepository,
    private readonly hasher: PasswordHasher,
  ) {}

  async list(
    ctx: OperationContext,
    filter: { readonly prefix: string; readonly active: boolean | undefined },
    page: PageRequest,
  ): Promise<Page<User>> {
    await this.policy.requireInstance(ctx, 'user:manage');
    return this.users.list(ctx, filter, page);
  }

  async get(ctx: OperationContext, id: string): Promise<User> {
    await this.policy.requireInstance(ctx, 'user:manage');
    const user = isUUID(id) ? await this.users.find(ctx, id) : undefined;
    if (!user) throw noSuchUser();
    return user;
  }

  /** @throws validation-failed, user-exists */
  async create(ctx: OperationContext, draft: UserDraft): Promise<User> {
    await this.policy.requireInstance(ctx, 'user:manage');
    return this.insert(ctx, draft);
  }

  /** The part of `create` that asks nobody, for the first start. */
  async insert(ctx: OperationContext, draft: UserDraft): Promise<User> {
    if (!isUsername(draft.username)) {
      throw validationFailed('The username is not valid.', {
        errors: [{ pointer: '/username', code: 'invalid-name', detail: usernameRule }],
      });
    }
    const { password, ...rest } = draft;
    const passwordHash = await this.hasher.hash(password);
    return this.unitOfWork.run(ctx, async (tx) => {
      const user = await this.users.insert(tx, { ...rest, passwordHash });
      this.outbox.record(tx, userCreated(user));
      return user;
    });
  }

  /** @throws not-found, last-admin */
  async update(ctx: OperationContext, id: string, patch: UserPatch): Promise<User> {
    await this.policy.requireInstance(ctx, 'user:manage');
    if (!isUUID(id)) throw noSuchUser();
    const changes = await this.changesOf(patch);
    return this.unitOfWork.run(ctx, async (tx) => {
      const mayLoseAdmin = changes.instanceAdmin === false || changes.active === false;
      // The admins are locked first: the count must still hold when this transaction commits.
      const admins = mayLoseAdmin ? await this.users.lockAdmins(tx) : [];
      const before = (await this.users.lock(tx, id))?.user;
      if (!before) throw noSuchUser();
      if (admins.length === 1 && admins[0] === id) {
        throw lastAdmin('Make somebody else an instance admin first.');
      }
      return this.apply(tx, before, changes);
    });
  }

  private async changesOf({ password, ...rest }: UserPatch): Promise<UserChanges> {
    if (password === undefined) return rest;
    const passwordHash = await this.hasher.hash(password);
    return { mustChangePassword: true, ...rest, passwordHash };
  }

  private async apply(tx: OperationContext, before: User, changes: UserChanges): Promise<User> {
    const passwordChanged = changes.passwordHash !== undefined;
    if (!passwordChanged && userDigest({ ...before, ...changes }) === userDigest(before)) {
      return before;
    }
    const after = await this.users.update(tx, before, changes);
    if (!after.active) await this.sessions.endAllOf(tx, after.id, 'user-deactivated');
    else if (passwordChanged) await this.sessions.endAllOf(tx, after.id, 'password-reset');
    this.outbox.record(tx, userChanged(before, after, passwordChanged));
    return after;
  }
}

function noSuchUser() {
  return notFound('There is no user of this id.');
}
