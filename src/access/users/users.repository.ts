import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import type { OperationContext } from '../../platform/authorization/index.js';
import { newId } from '../../platform/crypto/index.js';
import { Database, forUpdate, violatedUnique } from '../../platform/database/index.js';
import { type Page, pageOf, type PageRequest, textOf } from '../../platform/paging/index.js';
import { Clock } from '../../platform/time/index.js';
import type { NewUser, User, UserChanges, UserWithPassword } from './user.js';
import { userExists } from './users.errors.js';
import { type UserRow, userRows } from './users.rows.js';

@Injectable()
export class UsersRepository {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async any(ctx: OperationContext): Promise<boolean> {
    return this.database.rows(ctx, userRows).exists();
  }

  async find(ctx: OperationContext, id: string): Promise<User | undefined> {
    const row = await this.database.rows(ctx, userRows).findOneBy({ id });
    return row ? userFrom(row) : undefined;
  }

  async findByName(ctx: OperationContext, username: string): Promise<UserWithPassword | undefined> {
    const row = await this.database.rows(ctx, userRows).findOneBy({ username });
    return row ? { user: userFrom(row), passwordHash: row.passwordHash } : undefined;
  }

  /** The user, locked until the transaction ends. */
  async lock(tx: OperationContext, id: string): Promise<UserWithPassword | undefined> {
    const query = this.database
      .rows(tx, userRows)
      .createQueryBuilder('account')
      .where('account.id = :id', { id });
    const row = await forUpdate(this.database, query).getOne();
    return row ? { user: userFrom(row), passwordHash: row.passwordHash } : undefined;
  }

  /**
   * The ids of all who are instance admins now, locked until the transaction ends: of two who
   * demote each other, the second sees what the first did. By id, so that they never deadlock.
   */
  async lockAdmins(tx: OperationContext): Promise<readonly string[]> {
    const query = this.database
      .rows(tx, userRows)
      .createQueryBuilder('account')
      .where('account.instanceAdmin = :yes AND account.deactivatedAt IS NULL', { yes: true })
      .orderBy('account.id', 'ASC');
    return (await forUpdate(this.database, query).getMany()).map(({ id }) => id);
  }

  /** By username. `prefix` is the start of the names to list. */
  async list(
    ctx: OperationContext,
    { prefix, active }: { readonly prefix: string; readonly active: boolean | undefined },
    page: PageRequest,
  ): Promise<Page<User>> {
    const query = this.database
      .rows(ctx, userRows)
      .createQueryBuilder('account')
      .orderBy('account.username', 'ASC')
      // A range, not LIKE: names are ASCII and compared by code point, and `~` comes after them all.
      .where('account.username >= :prefix AND account.username < :end', {
        prefix,
        end: `${prefix}~`,
      });
    if (active !== undefined) {
      query.andWhere(`account.deactivatedAt IS ${active ? 'NULL' : 'NOT NULL'}`);
    }
    const total = page.total ? await query.getCount() : undefined;
    if (page.after) query.andWhere('account.username > :after', { after: textOf(page.after) });
    const rows = await query.limit(page.limit + 1).getMany();
    return pageOf(rows.map(userFrom), page.limit, (user) => [user.username], total);
  }

  /** @throws user-exists */
  async insert(tx: OperationContext, user: NewUser): Promise<User> {
    const at = this.clock.nowMs();
    const row = { id: newId(), ...user, createdAt: at, updatedAt: at, deactivatedAt: null };
    try {
      await this.database.rows(tx, userRows).insert({ ...row });
    } catch (cause) {
      if (violatedUnique(cause) !== 'uq_users_username') throw cause;
      throw userExists(`There is a user ${user.username}; choose another username.`, { cause });
    }
    return userFrom(row);
  }

  async update(tx: OperationContext, user: User, changes: UserChanges): Promise<User> {
    const { active, ...rest } = changes;
    const at = this.clock.nowMs();
    await this.database.rows(tx, userRows).update(
      { id: user.id },
      {
        ...rest,
        updatedAt: at,
        ...(active !== undefined &&
          active !== user.active && { deactivatedAt: active ? null : at }),
      },
    );
    const { passwordHash: _, ...shown } = changes;
    return { ...user, ...shown, updatedAtMs: at };
  }

  /** Replaces the hash of the same password, unless the password was changed meanwhile. */
  async replaceHash(tx: OperationContext, id: string, from: string, to: string): Promise<void> {
    await this.database
      .rows(tx, userRows)
      .update({ id, passwordHash: from, deactivatedAt: IsNull() }, { passwordHash: to });
  }
}

function userFrom(row: UserRow): User {
  return {
    id: row.id,
    username: row.username,
    email: row.email,
    instanceAdmin: row.instanceAdmin,
    mustChangePassword: row.mustChangePassword,
    active: row.deactivatedAt === null,
    createdAtMs: row.createdAt,
    updatedAtMs: row.updatedAt,
  };
}
