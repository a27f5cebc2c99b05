/**
 * Every permission there is, with what it allows. A role or an API-key verb is a set of these;
 * which set is decided in one table, access/policy.
 */
export const permissions = {
  'self:manage': 'read and change what is one’s own: password, sessions',
  'role:read': 'read the roles and what each allows',
  'user:manage': 'read, create, change and deactivate users',
  'project:create': 'create projects',
  'project:list': 'list the projects one may see',
  'project:read': 'read a project and its members',
  'project:manage': 'change, archive and restore a project',
  'member:manage': 'give and take project roles',
  'key:manage': 'read, create and revoke API keys',
  'prompt:read': 'read prompts, versions, labels, history and diffs, and render',
  'prompt:create': 'create prompts',
  'prompt:update': 'change the description of a prompt',
  'prompt:tag': 'set the tags of a prompt',
  'prompt:archive': 'archive and restore prompts',
  'version:publish': 'publish versions',
  'version:yank': 'yank and deprecate versions',
  'version:purge': 'blank the content of a version for ever',
  'label:move': 'move and remove labels, ask for promotions and make releases',
  'label:protect': 'set and remove label policies',
  'label:break-glass': 'move a protected label without what its policy asks for',
  'promotion:approve': 'approve and reject promotions',
  'credential:manage': 'read, create and delete the credentials of providers',
  'provider:read': 'read which providers of models there are',
  'model:call': 'have plugins call models with the credentials of the project',
  'webhook:manage': 'read, create, change and delete webhooks, and send again what they sent',
  'audit:read': 'read the audit trail of a project',
  'audit:read-instance': 'read and verify the whole audit trail',
  'plugin:read': 'read which plugins serve, and what they offer',
  'plugin:operate': 'read the health of plugins, and have them check themselves',
  'plugin:manage': 'load, reload, turn on, turn off and forget plugins',
  'plugin:trust': 'enrol and revoke the signers of plugins, and approve plugins',
  'plugin:use': 'call the endpoints of plugins that are for viewers',
  'plugin:use-as-developer': 'call what plugins offer to developers',
  'plugin:use-as-admin': 'call what plugins offer to admins',
  'plugin:modal': 'open modal sessions of plugins, and work in them',
  'secret:rotate': 'wrap the stored secrets with the current key-encryption key',
} as const;

export type Permission = keyof typeof permissions;

/** Permissions that belong to no project. */
export const instancePermissions = [
  'self:manage',
  'role:read',
  'user:manage',
  'project:create',
  'project:list',
  'audit:read-instance',
  'provider:read',
  'plugin:read',
  'plugin:manage',
  'plugin:trust',
  'secret:rotate',
] as const satisfies Permission[];

export type InstancePermission = (typeof instancePermissions)[number];
export type ProjectPermission = Exclude<Permission, InstancePermission>;
