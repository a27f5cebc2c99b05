import { Injectable } from '@nestjs/common';
import {
  actorOf,
  type OperationContext,
  type ProjectScope,
} from '../../platform/authorization/index.js';
import { newId } from '../../platform/crypto/index.js';
import {
  actorColumns,
  actorFrom,
  Database,
  forUpdate,
  violatedUnique,
} from '../../platform/database/index.js';
import { type Page, pageOf, type PageRequest, textOf } from '../../platform/paging/index.js';
import { Clock } from '../../platform/time/index.js';
import type { Project } from './project.js';
import { projectExists } from './projects.errors.js';
import { type ProjectRow, projectRows } from './projects.rows.js';

export interface ProjectChanges {
  readonly description?: string | null;
  readonly archived?: boolean;
}

@Injectable()
export class ProjectsRepository {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async find(ctx: OperationContext, id: string): Promise<Project | undefined> {
    const row = await this.database.rows(ctx, projectRows).findOneBy({ id });
    return row ? projectFrom(row) : undefined;
  }

  /** The project, locked until the transaction ends. */
  async lock(tx: OperationContext, id: string): Promise<Project | undefined> {
    const query = this.database
      .rows(tx, projectRows)
      .createQueryBuilder('project')
      .where('project.id = :id', { id });
    const row = await forUpdate(this.database, query).getOne();
    return row ? projectFrom(row) : undefined;
  }

  /** By name. */
  async list(
    ctx: OperationContext,
    { projects }: ProjectScope,
    archived: boolean,
    page: PageRequest,
  ): Promise<Page<Project>> {
    const query = this.database
      .rows(ctx, projectRows)
      .createQueryBuilder('project')
      .orderBy('project.name', 'ASC')
      .where(`project.archivedAt IS ${archived ? 'NOT NULL' : 'NULL'}`);
    if (projects !== 'all') {
      if (projects.length === 0)
        return pageOf<Project>([], page.limit, () => [], page.total ? 0 : undefined);
      query.andWhere('project.id IN (:...projects)', { projects });
    }
    const total = page.total ? await query.getCount() : undefined;
    if (page.after) query.andWhere('project.name > :after', { after: textOf(page.after) });
    const rows = await query.limit(page.limit + 1).getMany();
    return pageOf(rows.map(projectFrom), page.limit, (project) => [project.name], total);
  }

  /** @throws project-exists */
  async insert(
    tx: OperationContext,
    project: { readonly name: string; readonly description: string | null },
  ): Promise<Project> {
    const at = this.clock.nowMs();
    const row = {
      id: newId(),
      ...project,
      createdAt: at,
      ...actorColumns('createdBy', actorOf(tx.principal)),
      updatedAt: at,
      archivedAt: null,
    };
    try {
      await this.database.rows(tx, projectRows).insert({ ...row });
    } catch (cause) {
      if (violatedUnique(cause) !== 'uq_projects_name') throw cause;
      throw projectExists(`There is a project ${project.name}; choose another name.`, { cause });
    }
    return projectFrom(row);
  }

  async update(tx: OperationContext, project: Project, changes: ProjectChanges): Promise<Project> {
    const at = this.clock.nowMs();
    const { description = project.description, archived = project.archived } = changes;
    await this.database.rows(tx, projectRows).update(
      { id: project.id },
      {
        description,
        updatedAt: at,
        ...(archived !== project.archived && { archivedAt: archived ? at : null }),
      },
    );
    return { ...project, ...changes, updatedAtMs: at };
  }
}

function projectFrom(row: ProjectRow): Project {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    archived: row.archivedAt !== null,
    createdAtMs: row.createdAt,
    createdBy: actorFrom(row, 'createdBy'),
    updatedAtMs: row.updatedAt,
  };
}
