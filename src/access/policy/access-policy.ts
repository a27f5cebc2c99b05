import { Injectable } from '@nestjs/common';
import {
  actorOf,
  type Capacity,
  type InstancePermission,
  type OperationContext,
  Policy,
  type PolicyTarget,
  type Principal,
  type ProjectPermission,
  type ProjectRef,
  type ProjectScope,
  type Role,
} from '../../platform/authorization/index.js';
import {
  forbidden,
  notFound,
  passwordChangeRequired,
  unauthenticated,
} from '../../platform/errors/index.js';
import { isProjectName } from '../projects/project-name.js';
import { projectArchived } from '../projects/projects.errors.js';
import { RefusalTrail } from '../throttling/refusal-trail.js';
import { Grants } from './grants.js';
import { GrantsRepository } from './grants.repository.js';
import { accessDenied } from './policy.events.js';
import { needsLiveProject, rolesThatHold, verbsAllow } from './policy-table.js';
import { instanceVerdict, projectVerdict } from './verdict.js';

const nothing: ProjectScope = { projects: [], prompts: [] };

/** The decisions, from the policy table and from what the database says about the caller now. */
@Injectable()
export class AccessPolicy extends Policy {
  constructor(
    private readonly grants: Grants,
    private readonly memberships: GrantsRepository,
    private readonly refusals: RefusalTrail,
  ) {
    super();
  }

  /** @throws password-change-required besides what the port says, for all but one's own account */
  async requireInstance(ctx: OperationContext, permission: InstancePermission): Promise<void> {
    const principal = identified(ctx);
    if (permission !== 'self:manage') refuseOldPassword(principal);
    if (instanceVerdict(principal, permission) === 'allowed') return Promise.resolve();
    this.recordDenial(ctx, { permission });
    throw forbidden(`This needs the permission ${permission}, which the caller does not hold.`);
  }

  async requireProject(
    ctx: OperationContext,
    name: string,
    permission: ProjectPermission,
    target: PolicyTarget = {},
  ): Promise<ProjectRef> {
    const principal = identified(ctx);
    refuseOldPassword(principal);
    const grant = isProjectName(name)
      ? await this.grants.find(ctx, name, userIdOf(principal))
      : undefined;
    if (!grant) throw invisible(name, target);
    const { project, role } = grant;
    const verdict = projectVerdict(principal, { projectId: project.id, role }, permission, target);
    if (verdict === 'allowed') {
      if (project.archived && needsLiveProject(permission)) throw archived(name);
      return { ...project, actingAs: capacity(principal, role) };
    }
    this.recordDenial(ctx, { permission, project, target });
    if (verdict === 'invisible') throw invisible(name, target);
    throw forbidden(
      `This needs the permission ${permission}, which the caller does not hold for what it names.`,
    );
  }

  override knownProject(
    principal: Principal,
    name: string,
    permission: ProjectPermission,
    target: PolicyTarget,
  ): ProjectRef | undefined {
    if (principal.kind === 'user' && principal.mustChangePassword) return undefined;
    const grant = this.grants.peek(name, userIdOf(principal));
    if (!grant) return undefined;
    const { project, role } = grant;
    if (project.archived && needsLiveProject(permission)) return undefined;
    const verdict = projectVerdict(principal, { projectId: project.id, role }, permission, target);
    if (verdict !== 'allowed') return undefined;
    return { ...project, actingAs: capacity(principal, role) };
  }

  async scope(ctx: OperationContext, permission: ProjectPermission): Promise<ProjectScope> {
    const { principal } = ctx;
    refuseOldPassword(principal);
    switch (principal.kind) {
      case 'system':
        return { projects: 'all', prompts: ['*'] };
      case 'anonymous':
        return nothing;
      case 'key':
        return verbsAllow(principal.verbs, permission)
          ? { projects: [principal.projectId], prompts: principal.prompts }
          : nothing;
      case 'user': {
        if (principal.instanceAdmin) return { projects: 'all', prompts: ['*'] };
        const roles = rolesThatHold(permission);
        return {
          projects: await this.memberships.listProjectIds(ctx, principal.id, roles),
          prompts: ['*'],
        };
      }
    }
  }

  private recordDenial(ctx: OperationContext, denied: Parameters<typeof accessDenied>[1]): void {
    const { kind, id } = actorOf(ctx.principal);
    this.refusals.record(ctx, `${kind} ${id ?? ''}`, accessDenied(ctx, denied));
  }
}

function userIdOf(principal: Principal): string | undefined {
  return principal.kind === 'user' ? principal.id : undefined;
}

function identified({ principal }: OperationContext): Principal {
  if (principal.kind !== 'anonymous') return principal;
  throw unauthenticated('Send a valid access token or API key as a Bearer token.');
}

/** Asked only for a caller who was allowed, so a user without a role is an instance admin. */
function capacity(principal: Principal, role: Role | undefined): Capacity {
  if (principal.kind === 'key' || principal.kind === 'system') return principal.kind;
  const isInstanceAdmin = principal.kind === 'user' && principal.instanceAdmin;
  return isInstanceAdmin ? 'admin' : (role ?? 'viewer');
}

/** SECURITY: decided here and not at the route, so that no entrance forgets it. */
function refuseOldPassword(principal: Principal): void {
  if (principal.kind !== 'user' || !principal.mustChangePassword) return;
  throw passwordChangeRequired(
    'Choose a new password with PUT /v1/auth/password; until then nothing else is allowed.',
  );
}

function archived(name: string) {
  return projectArchived(`Restore the project ${name} first: until then it is only read.`);
}

/** SECURITY: the same words whether the thing is missing or hidden. */
function invisible(project: string, { prompt }: PolicyTarget) {
  return notFound(
    prompt === undefined
      ? `There is no project ${JSON.stringify(project)}, or the caller may not see it.`
      : `There is no prompt ${JSON.stringify(prompt)} in a project ${JSON.stringify(project)}, or the caller may not see it.`,
  );
}
