import type {
  Permission,
  PolicyTarget,
  Principal,
  ProjectPermission,
  Role,
} from '../../platform/authorization/index.js';
import { holds, verbsAllow } from './policy-table.js';
import { matchesPromptPatterns } from './prompt-patterns.js';

/** `invisible` is answered as if the thing did not exist. */
export type Verdict = 'allowed' | 'forbidden' | 'invisible';

/** Where the decision is taken: a project that exists and the role a user has in it. */
export interface ProjectStanding {
  readonly projectId: string;
  readonly role: Role | undefined;
}

/** The decision itself. Whatever no line allows is refused. */
export function projectVerdict(
  principal: Principal,
  { projectId, role }: ProjectStanding,
  permission: ProjectPermission,
  target: PolicyTarget,
): Verdict {
  switch (principal.kind) {
    case 'system':
      return 'allowed';
    case 'anonymous':
      return 'invisible';
    case 'user': {
      if (principal.instanceAdmin) return 'allowed';
      if (role === undefined) return 'invisible';
      return holds(role, permission) ? 'allowed' : 'forbidden';
    }
    case 'key': {
      if (principal.projectId !== projectId) return 'invisible';
      if (!reachesPrompt(principal.prompts, permission, target)) return 'invisible';
      if (!verbsAllow(principal.verbs, permission)) return 'forbidden';
      return reachesLabels(principal.labels, target) ? 'allowed' : 'forbidden';
    }
  }
}

export function instanceVerdict(principal: Principal, permission: Permission): Verdict {
  switch (principal.kind) {
    case 'system':
      return 'allowed';
    case 'anonymous':
    case 'key':
      return 'forbidden';
    case 'user':
      return holds(principal.instanceAdmin ? 'instance-admin' : 'user', permission)
        ? 'allowed'
        : 'forbidden';
  }
}

/**
 * SECURITY: a write that names no prompt is out of reach of a key that is bound to some prompts; a
 * use case that forgets the target must not widen the key. A list names none and asks for a scope.
 */
function reachesPrompt(
  patterns: readonly string[],
  permission: ProjectPermission,
  { prompt }: PolicyTarget,
): boolean {
  if (prompt !== undefined) return matchesPromptPatterns(patterns, prompt);
  return permission === 'prompt:read' || patterns.includes('*');
}

function reachesLabels(allowed: readonly string[], { labels = [] }: PolicyTarget): boolean {
  return allowed.includes('*') || labels.every((label) => allowed.includes(label));
}
