import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { OperationContext } from '../../platform/authorization/index.js';
import { ProjectsRepository } from './projects.repository.js';

const MAX_NAMES = 10_000;

/** For areas that know a project by its id: the name that the policy is asked about. */
@Injectable()
export class ProjectNames {
  /** A project keeps its name for ever. */
  private readonly known = new LRUCache<string, string>({ max: MAX_NAMES });

  constructor(private readonly projects: ProjectsRepository) {}

  /** Undefined when there is no such project. Says nothing about who may see it. */
  async find(ctx: OperationContext, projectId: string): Promise<string | undefined> {
    const known = this.known.get(projectId);
    if (known !== undefined) return known;
    const project = await this.projects.find(ctx, projectId);
    if (project) this.known.set(projectId, project.name);
    return project?.name;
  }
}
