import { actorOf, type Principal, type ProjectRef } from '../../platform/authorization/index.js';

/** Who makes the request that a plugin is called for, as far as the plugin may know. */
export interface PluginCaller {
  readonly kind: string;
  readonly id: string;
  readonly roles: readonly string[];
}

/** A key holds no role, and neither does the program itself. */
export function callerOf(principal: Principal, { actingAs }: ProjectRef): PluginCaller {
  const { kind, id, name } = actorOf(principal);
  const holdsRole = actingAs !== 'key' && actingAs !== 'system';
  return { kind, id: id ?? name, roles: holdsRole ? [actingAs] : [] };
}
