import { Injectable } from '@nestjs/common';
import { type OperationContext, Policy } from '../../platform/authorization/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { notFound, validationFailed } from '../../platform/errors/index.js';
import { Outbox, OutboxRepository } from '../../platform/events/index.js';
import type { Page, PageRequest } from '../../platform/paging/index.js';
import { type Project, projectDigest } from './project.js';
import { isProjectName, projectNameRule } from './project-name.js';
import { projectArchived } from './projects.errors.js';
import { projectChanged, projectCreated } from './projects.events.js';
import { type ProjectChanges, ProjectsRepository } from './projects.repository.js';

@Injectable()
export class ProjectsService {
  constructor(
    private readonly policy: Policy,
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
    private readonly counters: OutboxRepository,
    private readonly projects: ProjectsRepository,
  ) {}

  /** The projects that the caller may read. */
  async list(ctx: OperationContext, archived: boolean, page: PageRequest): Promise<Page<Project>> {
    await this.policy.requireInstance(ctx, 'project:list');
    const scope = await this.policy.scope(ctx, 'project:read');
    return this.projects.list(ctx, scope, archived, page);
  }

  async get(ctx: OperationContext, name: string): Promise<Project> {
    const { id } = await this.policy.requireProject(ctx, name, 'project:read');
    return found(await this.projects.find(ctx, id));
  }

  /** @throws validation-failed, project-exists */
  async create(
    ctx: OperationContext,
    draft: { readonly name: string; readonly description: string | null },
  ): Promise<Project> {
    await this.policy.requireInstance(ctx, 'project:create');
    if (!isProjectName(draft.name)) {
      throw validationFailed('The project name is not valid.', {
        errors: [{ pointer: '/name', code: 'invalid-name', detail: projectNameRule }],
      });
    }
    return this.unitOfWork.run(ctx, async (tx) => {
      const project = await this.projects.insert(tx, draft);
      await this.counters.insertCounter(tx, project.id);
      this.outbox.record(tx, projectCreated(project));
      return project;
    });
  }

  /** @throws project-archived */
  async describe(
    ctx: OperationContext,
    name: string,
    changes: { readonly description?: string | null },
  ): Promise<Project> {
    return this.change(ctx, name, changes, (project) => {
      if (project.archived) throw projectArchived('Restore the project before changing it.');
    });
  }

  /** Hides the project and refuses writes to it. Does nothing to one that is archived. */
  async archive(ctx: OperationContext, name: string): Promise<Project> {
    return this.change(ctx, name, { archived: true });
  }

  async restore(ctx: OperationContext, name: string): Promise<Project> {
    return this.change(ctx, name, { archived: false });
  }

  private async change(
    ctx: OperationContext,
    name: string,
    changes: ProjectChanges,
    check: (project: Project) => void = () => undefined,
  ): Promise<Project> {
    const { id } = await this.policy.requireProject(ctx, name, 'project:manage');
    return this.unitOfWork.run(ctx, async (tx) => {
      const before = found(await this.projects.lock(tx, id));
      check(before);
      if (projectDigest({ ...before, ...changes }) === projectDigest(before)) return before;
      const after = await this.projects.update(tx, before, changes);
      this.outbox.record(tx, projectChanged(before, after));
      return after;
    });
  }
}

/** The policy saw the row, and rows of projects are never deleted. */
function found(project: Project | undefined): Project {
  if (!project) throw notFound('There is no such project.');
  return project;
}
