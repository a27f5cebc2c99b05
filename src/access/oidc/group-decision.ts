import { type Role, roles } from '../../platform/authorization/index.js';
import type { GroupGrants } from '../../platform/config/index.js';

/** What the groups of a user decide; about everything else they say nothing. */
export interface GroupDecision {
  /** Undefined when no group of the configuration gives it, so that it is given by hand. */
  readonly instanceAdmin: boolean | undefined;
  /** By the name of each project that the configuration names; undefined for no role at all. */
  readonly projects: ReadonlyMap<string, Role | undefined>;
}

/** Of several groups the one that gives most decides. Groups without a grant give nothing. */
export function decideByGroups(grants: GroupGrants, groups: readonly string[]): GroupDecision {
  const known = [...grants.values()].flat();
  const given = [...new Set(groups)].flatMap((group) => grants.get(group) ?? []);
  const projects = new Map<string, Role | undefined>();
  for (const grant of known) if (grant !== 'instance-admin') projects.set(grant.project, undefined);
  for (const grant of given) {
    if (grant === 'instance-admin') continue;
    projects.set(grant.project, higher(projects.get(grant.project), grant.role));
  }
  const instanceAdmin = known.includes('instance-admin')
    ? given.includes('instance-admin')
    : undefined;
  return { instanceAdmin, projects };
}

function higher(one: Role | undefined, other: Role): Role {
  return one !== undefined && roles.indexOf(one) > roles.indexOf(other) ? one : other;
}
