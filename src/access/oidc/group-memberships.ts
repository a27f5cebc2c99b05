import { Injectable } from '@nestjs/common';
import type { OperationContext, Role } from '../../platform/authorization/index.js';
import type { NewEvent } from '../../platform/events/index.js';
import { memberChanged, memberRemoved } from '../members/members.events.js';
import { MembersRepository } from '../members/members.repository.js';
import { GrantsRepository } from '../policy/grants.repository.js';
import { ProjectsRepository } from '../projects/projects.repository.js';
import type { User } from '../users/user.js';
import type { GroupDecision } from './group-decision.js';
import { decidedByProvider } from './oidc.events.js';

interface Difference {
  readonly projectId: string;
  readonly role: Role | undefined;
}

/** Makes a user's roles what the groups say, in the projects that they decide about. */
@Injectable()
export class GroupMemberships {
  constructor(
    private readonly grants: GrantsRepository,
    private readonly projects: ProjectsRepository,
    private readonly members: MembersRepository,
  ) {}

  /** Also in an archived project, which may be restored. One that does not exist is left out. */
  async apply(
    tx: OperationContext,
    user: User,
    { projects }: Pick<GroupDecision, 'projects'>,
  ): Promise<readonly NewEvent[]> {
    const differences: Difference[] = [];
    for (const [name, role] of projects) {
      const found = await this.grants.findByProjectName(tx, name, user.id);
      if (found && found.role !== role) differences.push({ projectId: found.project.id, role });
    }
    // Only what differs is locked, or every sign-in would wait for every other one; by id, so that
    // two of them never wait for each other.
    differences.sort((one, other) => (one.projectId < other.projectId ? -1 : 1));
    const events: NewEvent[] = [];
    for (const difference of differences) {
      events.push(...(await this.settle(tx, user, difference)));
    }
    return events.map(decidedByProvider);
  }

  private async settle(
    tx: OperationContext,
    { id: userId, username }: User,
    { projectId, role }: Difference,
  ): Promise<readonly NewEvent[]> {
    await this.projects.lock(tx, projectId);
    // Read again: somebody may have settled it before the lock was ours.
    const before = await this.members.find(tx, projectId, userId);
    if (before?.role === role) return [];
    if (role !== undefined) {
      const after = await this.members.put(tx, { projectId, userId, username, role }, before);
      return [memberChanged(before, after)];
    }
    if (!before) return [];
    await this.members.delete(tx, before);
    return [memberRemoved(before)];
  }
}
