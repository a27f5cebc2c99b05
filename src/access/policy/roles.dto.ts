import {
  type Permission,
  permissions,
  roles as projectRoles,
  verbs,
} from '../../platform/authorization/index.js';
import { type Holder, permissionsOf, permissionsOfVerb } from './policy-table.js';

export class RoleResponse {
  /** `user` is what everybody holds who signed in. */
  name: string;
  /** Whether it is held for the whole instance or per project. */
  scope: 'instance' | 'project';
  permissions: string[];
}

export class VerbResponse {
  name: string;
  permissions: string[];
}

export class PermissionResponse {
  name: string;
  /** What it allows. */
  description: string;
}

export class RolesResponse {
  /** From the least to the most; each holds what those before it hold. */
  items: RoleResponse[];
  /** What the verbs of API keys allow, which hold no role. */
  verbs: VerbResponse[];
  permissions: PermissionResponse[];
}

/** The policy table as people read it. */
export function rolesResponse(): RolesResponse {
  return {
    items: [
      role('user', 'instance', 'user'),
      ...projectRoles.map((name) => role(name, 'project', name)),
      role('admin', 'instance', 'instance-admin'),
    ],
    verbs: verbs.map((name) => ({ name, permissions: [...permissionsOfVerb(name)] })),
    permissions: (Object.keys(permissions) as Permission[]).map((name) => ({
      name,
      description: permissions[name],
    })),
  };
}

function role(name: string, scope: RoleResponse['scope'], holder: Holder): RoleResponse {
  return { name, scope, permissions: [...permissionsOf(holder)] };
}
