import {
  actorOf,
  type Principal,
  type ProjectRef,
  type Role,
  roles,
} from '../../platform/authorization/index.js';

/** Who makes the request that a plugin is called for, as far as the plugin may know. */
export interface PluginCaller {
  readonly kind: 'user' | 'key' | 'system';
  readonly id: string;
  /** What the caller holds in the project of the call. */
  readonly roles: readonly Role[];
}

export function callerOf(principal: Principal, project: ProjectRef): PluginCaller {
  const { kind, id, name } = actorOf(principal);
  return {
    kind: kind === 'anonymous' ? 'system' : kind,
    id: id ?? name,
    roles: rolesHeld(principal, project),
  };
}

/** A key holds no role; what its verbs let it do in the policy's table is that of a viewer or developer. */
export function rolesHeld(principal: Principal, { actingAs }: ProjectRef): readonly Role[] {
  if (principal.kind === 'key') {
    const held = { viewer: 'read', developer: 'publish' } as const;
    return (['viewer', 'developer'] as const).filter((role) =>
      principal.verbs.includes(held[role]),
    );
  }
  if (actingAs === 'key' || actingAs === 'system') return roles;
  return roles.slice(0, roles.indexOf(actingAs) + 1);
}
