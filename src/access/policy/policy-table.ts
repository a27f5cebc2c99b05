import type { Permission, Role, Verb } from '../../platform/authorization/index.js';

/** Whoever can hold a permission, in this order: each holds what those before it hold. */
export const holders = ['user', 'viewer', 'developer', 'admin', 'instance-admin'] as const;
/** `user` is anybody who signed in; the three after it are held per project. */
export type Holder = (typeof holders)[number];

interface PolicyRow {
  /** The least of those who hold the permission. */
  readonly from: Holder;
  /** The verb that gives it to an API key; without one no key ever holds it. */
  readonly verb?: Verb;
  /** Refused while the project is archived. */
  readonly live?: true;
}

/**
 * Who may do what: the only place where it is written down. A permission without a row here does
 * not compile. An API key reads prompts and works on them; it never sees or manages people, keys
 * or projects, so that a leaked key tells nothing about who uses the instance.
 */
export const policyTable = {
  'self:manage': { from: 'user' },
  'role:read': { from: 'user' },
  'project:list': { from: 'user' },
  'provider:read': { from: 'user' },
  'plugin:read': { from: 'user' },
  'project:read': { from: 'viewer' },
  'prompt:read': { from: 'viewer', verb: 'read' },
  'prompt:create': { from: 'developer', verb: 'publish', live: true },
  'prompt:update': { from: 'developer', live: true },
  'prompt:tag': { from: 'developer', verb: 'tag', live: true },
  'plugin:use': { from: 'viewer', verb: 'read' },
  'plugin:modal': { from: 'viewer' },
  'plugin:use-as-developer': { from: 'developer', verb: 'publish' },
  'model:call': { from: 'developer', verb: 'publish', live: true },
  'version:publish': { from: 'developer', verb: 'publish', live: true },
  'version:yank': { from: 'developer', verb: 'yank', live: true },
  'label:move': { from: 'developer', verb: 'label', live: true },
  'plugin:operate': { from: 'developer' },
  'label:protect': { from: 'admin', live: true },
  'label:break-glass': { from: 'admin', live: true },
  'promotion:approve': { from: 'admin', live: true },
  'prompt:archive': { from: 'admin', live: true },
  'member:manage': { from: 'admin' },
  'key:manage': { from: 'admin' },
  'credential:manage': { from: 'admin' },
  'webhook:manage': { from: 'admin' },
  'audit:read': { from: 'admin' },
  'plugin:use-as-admin': { from: 'admin' },
  'project:create': { from: 'instance-admin' },
  'project:manage': { from: 'instance-admin' },
  'user:manage': { from: 'instance-admin' },
  'version:purge': { from: 'instance-admin' },
  'audit:read-instance': { from: 'instance-admin' },
  'plugin:manage': { from: 'instance-admin' },
  'plugin:trust': { from: 'instance-admin' },
  'secret:rotate': { from: 'instance-admin' },
} as const satisfies Readonly<Record<Permission, PolicyRow>>;

const rows: Readonly<Record<Permission, PolicyRow>> = policyTable;

export function holds(holder: Holder, permission: Permission): boolean {
  return holders.indexOf(holder) >= holders.indexOf(rows[permission].from);
}

/** Whether the permission is for work on a project that is in use. */
export function needsLiveProject(permission: Permission): boolean {
  return rows[permission].live ?? false;
}

export function verbsAllow(verbs: readonly Verb[], permission: Permission): boolean {
  const { verb } = rows[permission];
  return verb !== undefined && verbs.includes(verb);
}

/** Everything that one holds, in the order of the table. */
export function permissionsOf(holder: Holder): readonly Permission[] {
  return allPermissions().filter((permission) => holds(holder, permission));
}

export function permissionsOfVerb(verb: Verb): readonly Permission[] {
  return allPermissions().filter((permission) => verbsAllow([verb], permission));
}

export function rolesThatHold(permission: Permission): readonly Role[] {
  return (['viewer', 'developer', 'admin'] as const).filter((role) => holds(role, permission));
}

function allPermissions(): readonly Permission[] {
  return Object.keys(policyTable) as Permission[];
}
