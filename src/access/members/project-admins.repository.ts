import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../../platform/authorization/index.js';
import { Database } from '../../platform/database/index.js';
import { userRows } from '../users/users.rows.js';
import { memberRows } from './members.rows.js';

/** What other areas may know of people: who is an admin of a project now. */
@Injectable()
export class ProjectAdminsRepository {
  constructor(private readonly database: Database) {}

  /** Those of the users who are active and admins of the project or of the instance. */
  async listAmong(
    ctx: OperationContext,
    projectId: string,
    userIds: readonly string[],
  ): Promise<ReadonlySet<string>> {
    if (userIds.length === 0) return new Set();
    const admins = await this.database
      .rows(ctx, userRows)
      .createQueryBuilder('account')
      .leftJoin(
        memberRows.table,
        'member',
        "member.userId = account.id AND member.projectId = :projectId AND member.role = 'admin'",
        { projectId },
      )
      .where('account.id IN (:...userIds) AND account.deactivatedAt IS NULL', { userIds })
      .andWhere('(account.instanceAdmin = :yes OR member.userId IS NOT NULL)', { yes: true })
      .select('account.id', 'id')
      .getRawMany<{ id: string }>();
    return new Set(admins.map(({ id }) => id));
  }
}
