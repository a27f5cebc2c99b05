import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../../platform/authorization/index.js';
import { Problem } from '../../platform/errors/index.js';
import type { NewEvent } from '../../platform/events/index.js';
import { noPasswordHash } from '../users/password-hasher.js';
import { type User, type UserChanges, userDigest } from '../users/user.js';
import { userExists } from '../users/users.errors.js';
import { userChanged, userCreated } from '../users/users.events.js';
import { UsersRepository } from '../users/users.repository.js';
import { IdentitiesRepository } from './identities.repository.js';
import { NewcomerRaced } from './newcomer-raced.js';
import { decidedByProvider, identityLinked, lastAdminKept } from './oidc.events.js';
import type { Profile } from './profile.js';
import { SignInRefused } from './sign-in-refused.js';
import { wishedUsername } from './wished-username.js';

/** A user as a sign-in leaves it, and what there is to tell of that. */
export interface OidcAccount {
  readonly user: User;
  readonly events: readonly NewEvent[];
}

/** The users whom an identity provider vouches for. */
@Injectable()
export class OidcAccounts {
  constructor(
    private readonly users: UsersRepository,
    private readonly identities: IdentitiesRepository,
  ) {}

  /**
   * The user behind an identity, who is made when the identity is new.
   *
   * SECURITY: a new identity is never linked to a user who is there already, whatever name or
   * address it comes with: the provider's users choose these, and would take the account over.
   *
   * @throws NewcomerRaced
   */
  async findOrCreate(tx: OperationContext, profile: Profile): Promise<OidcAccount> {
    const identity = await this.identities.find(tx, profile);
    if (!identity) return this.create(tx, profile);
    const user = await this.users.find(tx, identity.userId);
    if (!user) throw new Error('an identity has no user');
    return { user, events: [] };
  }

  /**
   * Brings the user up to date and locks it until the transaction ends. `instanceAdmin` is
   * undefined when the groups do not decide it.
   *
   * @throws SignInRefused for a deactivated user
   */
  async update(
    tx: OperationContext,
    { id }: User,
    { email }: Profile,
    instanceAdmin: boolean | undefined,
  ): Promise<OidcAccount> {
    // The admins are locked first: the count must still hold when this transaction commits.
    const admins = instanceAdmin === false ? await this.users.lockAdmins(tx) : [];
    const before = (await this.users.lock(tx, id))?.user;
    if (!before?.active) throw new SignInRefused('deactivated');
    const isLast = admins.length === 1 && admins[0] === id;
    const changes: UserChanges = {
      ...(email !== undefined && { email }),
      ...(instanceAdmin !== undefined && !isLast && { instanceAdmin }),
    };
    const kept = isLast ? [lastAdminKept(before)] : [];
    if (userDigest({ ...before, ...changes }) === userDigest(before)) {
      return { user: before, events: kept };
    }
    const user = await this.users.update(tx, before, changes);
    return { user, events: [...kept, decidedByProvider(userChanged(before, user, false))] };
  }

  private async create(tx: OperationContext, profile: Profile): Promise<OidcAccount> {
    const user = await this.insert(tx, profile);
    const { issuer, subject } = profile;
    const identity = await this.identities.insert(tx, { userId: user.id, issuer, subject });
    const events = [decidedByProvider(userCreated(user)), identityLinked(identity, user)];
    return { user, events };
  }

  private async insert(tx: OperationContext, profile: Profile): Promise<User> {
    try {
      return await this.users.insert(tx, {
        username: await this.freeUsername(tx, profile),
        email: profile.email ?? null,
        passwordHash: noPasswordHash,
        instanceAdmin: false,
        mustChangePassword: false,
      });
    } catch (cause) {
      const isTaken = cause instanceof Problem && cause.definition === userExists.definition;
      throw isTaken ? new NewcomerRaced('the username was taken meanwhile', { cause }) : cause;
    }
  }

  private async freeUsername(tx: OperationContext, profile: Profile): Promise<string> {
    const wished = wishedUsername(profile);
    if (wished !== undefined && !(await this.users.findByName(tx, wished))) return wished;
    return `${wished ?? 'oidc'}-${randomBytes(4).toString('hex')}`;
  }
}
