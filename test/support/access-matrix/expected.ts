import type { Permission } from '../../../src/platform/authorization/index.js';
import { instancePermissions } from '../../../src/platform/authorization/index.js';
import { holds, policyTable, verbsAllow } from '../../../src/access/policy/policy-table.js';
import type { RouteAccess } from '../../../src/platform/http/index.js';
import type { Standing } from './callers.js';
import type { Sample } from './world.js';

export type Outcome =
  'allowed' | 'unauthenticated' | 'password-change-required' | 'forbidden' | 'not-found';

/** The statuses that documents promise for each refusal. */
export const statuses = {
  unauthenticated: 401,
  'password-change-required': 403,
  forbidden: 403,
  'not-found': 404,
} as const satisfies Partial<Record<Outcome, number>>;

/** What the policy table says about a call, spelled out a second time and as plainly as possible. */
export function expectedOutcome(
  access: RouteAccess,
  sample: Sample,
  standing: Standing,
  where: 'home' | 'foreign',
): Outcome {
  if (access === 'public') return 'allowed';
  if (standing.kind === 'stranger') return 'unauthenticated';
  const needed: readonly Permission[] = [access, ...(sample.alsoNeeds ?? [])];
  if (standing.kind === 'user') {
    if (standing.mustChangePassword && access !== 'self:manage') return 'password-change-required';
    if (sample.scoped || standing.instanceAdmin) return 'allowed';
    if (isForInstance(access)) return holds('user', access) ? 'allowed' : 'forbidden';
    if (where === 'foreign' || standing.role === undefined) return 'not-found';
    const { role } = standing;
    return needed.every((permission) => holds(role, permission)) ? 'allowed' : 'forbidden';
  }
  if (isForInstance(access)) return 'forbidden';
  if (sample.scoped) return 'allowed';
  if (where === 'foreign' || !reaches(standing, sample, access)) return 'not-found';
  const mayMove = sample.labels === undefined || standing.labels === undefined;
  const allowed = needed.every((permission) => verbsAllow(standing.verbs, permission));
  return allowed && mayMove && !sample.usersOnly ? 'allowed' : 'forbidden';
}

/** A key for some prompts writes nothing that names none of them. */
function reaches({ prompts }: { prompts?: readonly string[] }, sample: Sample, access: string) {
  return prompts === undefined || (!sample.prompt && access === 'prompt:read');
}

function isForInstance(permission: Permission): boolean {
  return (instancePermissions as readonly Permission[]).includes(permission);
}

/** Every permission that some route must need: one that none does is dead. */
export const everyPermission = Object.keys(policyTable) as readonly Permission[];
