import { Injectable } from '@nestjs/common';
import { ProjectNames } from '../../access/index.js';
import {
  type OperationContext,
  Policy,
  type ProjectRef,
  type Role,
  roles,
} from '../../platform/authorization/index.js';
import { notFound, validationFailed } from '../../platform/errors/index.js';

/** Who may use what plugins offer, by the roles that their manifests declare. */
@Injectable()
export class PluginAccess {
  constructor(
    private readonly policy: Policy,
    private readonly projectNames: ProjectNames,
  ) {}

  /**
   * The project of a call: the one that is named, or that of the API key.
   *
   * @throws validation-failed when nothing says which, and what the policy throws
   */
  async requireProject(
    ctx: OperationContext,
    named: string | undefined,
    permission: 'plugin:use' | 'plugin:modal',
  ): Promise<ProjectRef> {
    const project = named ?? (await this.projectOfKey(ctx));
    return this.policy.requireProject(ctx, project, permission);
  }

  /**
   * Holds the caller to what an endpoint, a modal or an action is for: whoever holds one of the roles.
   * One who holds a role holds those before it, so the least of them decides.
   *
   * @throws forbidden
   */
  async requireRole(
    ctx: OperationContext,
    project: ProjectRef,
    declared: readonly Role[],
  ): Promise<void> {
    switch (leastOf(declared)) {
      case 'viewer':
        // Without that, nobody gets a project from `requireProject`.
        return;
      case 'developer':
        await this.policy.requireProject(ctx, project.name, 'plugin:use-as-developer');
        return;
      case 'admin':
        await this.policy.requireProject(ctx, project.name, 'plugin:use-as-admin');
    }
  }

  private async projectOfKey(ctx: OperationContext): Promise<string> {
    const { principal } = ctx;
    if (principal.kind !== 'key') {
      throw validationFailed('Say in whose project: ?project= and its name.', {
        errors: [{ pointer: '/project', code: 'required', detail: 'names a project' }],
      });
    }
    const name = await this.projectNames.find(ctx, principal.projectId);
    if (name === undefined) throw notFound('The project of the key is not there.');
    return name;
  }
}

/** The lowest of some roles; a manifest names one at least. */
export function leastOf(declared: readonly Role[]): Role {
  return roles.find((role) => declared.includes(role)) ?? 'admin';
}
