import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import type { OperationContext, ProjectRef, Role } from '../../platform/authorization/index.js';
import { Database, statement } from '../../platform/database/index.js';
import { memberRows } from '../members/members.rows.js';

export interface ProjectGrant {
  readonly project: Omit<ProjectRef, 'actingAs'>;
  /** What the user is in the project; undefined for somebody who is no member. */
  readonly role: Role | undefined;
}

const grant =
  statement(`SELECT p.id AS "id", p.archived_at AS "archivedAt", m.role AS "role" FROM projects p
   LEFT JOIN members m ON m.project_id = p.id AND m.user_id = ? WHERE p.name = ?`);

interface RawGrant {
  id: string;
  archivedAt: string | number | null;
  role: Role | null;
}

/** What a decision is taken from. */
@Injectable()
export class GrantsRepository {
  constructor(private readonly database: Database) {}

  /** One query, since every request makes it. Without a user nobody is a member. */
  async findByProjectName(
    ctx: OperationContext,
    name: string,
    userId: string | undefined,
  ): Promise<ProjectGrant | undefined> {
    const [found] = await this.database.query<RawGrant>(ctx, grant, [userId ?? '', name]);
    if (!found) return undefined;
    const { id, archivedAt, role } = found;
    return { project: { id, name, archived: archivedAt !== null }, role: role ?? undefined };
  }

  async listProjectIds(
    ctx: OperationContext,
    userId: string,
    roles: readonly Role[],
  ): Promise<readonly string[]> {
    const members = await this.database
      .rows(ctx, memberRows)
      .find({ select: { projectId: true }, where: { userId, role: In([...roles]) } });
    return members.map(({ projectId }) => projectId);
  }
}
