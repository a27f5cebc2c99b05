import { Injectable } from '@nestjs/common';
import type { SelectQueryBuilder } from 'typeorm';
import type { OperationContext, Role } from '../../platform/authorization/index.js';
import { Database, safeInteger } from '../../platform/database/index.js';
import { type Page, pageOf, type PageRequest, textOf } from '../../platform/paging/index.js';
import { Clock } from '../../platform/time/index.js';
import { userRows } from '../users/users.rows.js';
import type { Member } from './member.js';
import { type MemberRow, memberRows } from './members.rows.js';

interface RawMember {
  projectId: string;
  userId: string;
  username: string;
  role: Role;
  createdAt: unknown;
  updatedAt: unknown;
}

@Injectable()
export class MembersRepository {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Changes are made one at a time, because each of them locks the project first. */
  async find(
    ctx: OperationContext,
    projectId: string,
    userId: string,
  ): Promise<Member | undefined> {
    const found = await this.query(ctx, projectId)
      .andWhere('member.userId = :userId', { userId })
      .getRawOne<RawMember>();
    return found && memberFrom(found);
  }

  /** By username. */
  async list(ctx: OperationContext, projectId: string, page: PageRequest): Promise<Page<Member>> {
    const query = this.query(ctx, projectId).orderBy('account.username', 'ASC');
    const total = page.total ? await query.getCount() : undefined;
    if (page.after) query.andWhere('account.username > :after', { after: textOf(page.after) });
    const rows = await query.limit(page.limit + 1).getRawMany<RawMember>();
    return pageOf(rows.map(memberFrom), page.limit, (member) => [member.username], total);
  }

  /** Sets the role of a user who is a member (`before`) or becomes one. */
  async put(
    tx: OperationContext,
    member: Pick<Member, 'projectId' | 'userId' | 'username' | 'role'>,
    before: Member | undefined,
  ): Promise<Member> {
    const { projectId, userId, role } = member;
    const at = this.clock.nowMs();
    const rows = this.database.rows(tx, memberRows);
    if (before) await rows.update({ projectId, userId }, { role, updatedAt: at });
    else await rows.insert({ projectId, userId, role, createdAt: at, updatedAt: at });
    return { ...member, createdAtMs: before?.createdAtMs ?? at, updatedAtMs: at };
  }

  async delete(tx: OperationContext, { projectId, userId }: Member): Promise<void> {
    await this.database.rows(tx, memberRows).delete({ projectId, userId });
  }

  private query(ctx: OperationContext, projectId: string): SelectQueryBuilder<MemberRow> {
    return this.database
      .rows(ctx, memberRows)
      .createQueryBuilder('member')
      .innerJoin(userRows.table, 'account', 'account.id = member.userId')
      .select('member.projectId', 'projectId')
      .addSelect('member.userId', 'userId')
      .addSelect('account.username', 'username')
      .addSelect('member.role', 'role')
      .addSelect('member.createdAt', 'createdAt')
      .addSelect('member.updatedAt', 'updatedAt')
      .where('member.projectId = :projectId', { projectId });
  }
}

function memberFrom({ createdAt, updatedAt, ...member }: RawMember): Member {
  return {
    ...member,
    createdAtMs: safeInteger(createdAt) ?? 0,
    updatedAtMs: safeInteger(updatedAt) ?? 0,
  };
}
