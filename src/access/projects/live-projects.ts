import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../../platform/authorization/index.js';
import { projectArchived } from './projects.errors.js';
import { ProjectsRepository } from './projects.repository.js';

/** For areas whose writes must see the project stand still. */
@Injectable()
export class LiveProjects {
  constructor(private readonly projects: ProjectsRepository) {}

  /**
   * Locks the project until the transaction ends: the first lock that a transaction takes.
   *
   * @param advice what to do first, when the project is archived
   * @throws project-archived
   */
  async hold(tx: OperationContext, projectId: string, advice: string): Promise<void> {
    const project = await this.projects.lock(tx, projectId);
    if (project?.archived) throw projectArchived(advice);
  }
}
