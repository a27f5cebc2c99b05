import type { OperationContext } from './operation-context.js';
import type { InstancePermission, ProjectPermission } from './permissions.js';
import type { Principal, Role } from './principal.js';

/** What the caller wants to touch inside a project, where a narrower credential may not reach. */
export interface PolicyTarget {
  readonly prompt?: string;
  readonly labels?: readonly string[];
}

/** A project that the caller is allowed to work in, for what was asked. */
export interface ProjectRef {
  readonly id: string;
  readonly name: string;
  readonly archived: boolean;
  readonly actingAs: Capacity;
}

/** What the caller acts as in a project. An instance admin is an admin in every one of them. */
export type Capacity = Role | 'key' | 'system';

/**
 * The projects a list may draw from. A repository that lists takes one, so that a query which
 * forgets the tenant does not compile.
 */
export interface ProjectScope {
  /** `all` is for instance admins. */
  readonly projects: 'all' | readonly string[];
  /** Prompt patterns of an API key; `*` alone means every prompt. */
  readonly prompts: readonly string[];
}

/**
 * The one place where a decision is made, implemented by access/policy. Every use case asks before
 * it acts, whoever called it.
 */
export abstract class Policy {
  /** @throws unauthenticated, forbidden */
  abstract requireInstance(ctx: OperationContext, permission: InstancePermission): Promise<void>;

  /**
   * @throws not-found when the caller may not even see the project or the prompt
   * @throws forbidden when it may see it but not do this
   * @throws project-archived when it may do this, but not while the project is archived
   */
  abstract requireProject(
    ctx: OperationContext,
    project: string,
    permission: ProjectPermission,
    target?: PolicyTarget,
  ): Promise<ProjectRef>;

  /**
   * As `requireProject`, but only when it is known without asking the database, and only when the
   * answer is yes. Undefined says nothing; nobody is refused by it and nothing is recorded.
   */
  abstract knownProject(
    principal: Principal,
    project: string,
    permission: ProjectPermission,
    target: PolicyTarget,
  ): ProjectRef | undefined;

  /** Everything the caller holds this permission for; empty when nothing. */
  abstract scope(ctx: OperationContext, permission: ProjectPermission): Promise<ProjectScope>;
}
