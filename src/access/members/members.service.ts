import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { type OperationContext, Policy, type Role } from '../../platform/authorization/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { notFound } from '../../platform/errors/index.js';
import { Outbox } from '../../platform/events/index.js';
import type { Page, PageRequest } from '../../platform/paging/index.js';
import { projectArchived } from '../projects/projects.errors.js';
import { ProjectsRepository } from '../projects/projects.repository.js';
import type { User } from '../users/user.js';
import { isUsername } from '../users/username.js';
import { UsersRepository } from '../users/users.repository.js';
import type { Member } from './member.js';
import { memberChanged, memberRemoved } from './members.events.js';
import { MembersRepository } from './members.repository.js';

@Injectable()
export class MembersService {
  constructor(
    private readonly policy: Policy,
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
    private readonly projects: ProjectsRepository,
    private readonly users: UsersRepository,
    private readonly members: MembersRepository,
  ) {}

  async list(ctx: OperationContext, project: string, page: PageRequest): Promise<Page<Member>> {
    const { id } = await this.policy.requireProject(ctx, project, 'project:read');
    return this.members.list(ctx, id, page);
  }

  /**
   * Gives a user a role in the project, in place of the one held before.
   *
   * @throws not-found for a user who does not exist or is deactivated
   * @throws project-archived
   */
  async put(
    ctx: OperationContext,
    project: string,
    userIdOrName: string,
    role: Role,
  ): Promise<Member> {
    const { id: projectId } = await this.policy.requireProject(ctx, project, 'member:manage');
    const { id: userId, username, active } = await this.getUser(ctx, userIdOrName);
    if (!active) throw noSuchUser();
    return this.unitOfWork.run(ctx, async (tx) => {
      const locked = await this.projects.lock(tx, projectId);
      if (locked?.archived) throw projectArchived('Restore the project before adding members.');
      const before = await this.members.find(tx, projectId, userId);
      if (before?.role === role) return before;
      const after = await this.members.put(tx, { projectId, userId, username, role }, before);
      this.outbox.record(tx, memberChanged(before, after));
      return after;
    });
  }

  /** Takes the role away; also in an archived project, and from a deactivated user. */
  async remove(ctx: OperationContext, project: string, userIdOrName: string): Promise<void> {
    const { id: projectId } = await this.policy.requireProject(ctx, project, 'member:manage');
    const user = await this.getUser(ctx, userIdOrName);
    await this.unitOfWork.run(ctx, async (tx) => {
      await this.projects.lock(tx, projectId);
      const before = await this.members.find(tx, projectId, user.id);
      if (!before) throw notFound('The user is no member of this project.');
      await this.members.delete(tx, before);
      this.outbox.record(tx, memberRemoved(before));
    });
  }

  private async getUser(ctx: OperationContext, idOrName: string): Promise<User> {
    if (isUUID(idOrName)) return known(await this.users.find(ctx, idOrName));
    if (!isUsername(idOrName)) throw noSuchUser();
    return known((await this.users.findByName(ctx, idOrName))?.user);
  }
}

function known(user: User | undefined): User {
  if (!user) throw noSuchUser();
  return user;
}

function noSuchUser() {
  return notFound('There is no active user of this id or username.');
}
