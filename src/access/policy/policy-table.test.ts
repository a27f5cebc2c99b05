import {
  instancePermissions,
  permissions,
  roles,
  type Permission,
  verbs,
} from '../../platform/authorization/index.js';
import {
  holders,
  permissionsOf,
  permissionsOfVerb,
  policyTable,
  rolesThatHold,
} from './policy-table.js';

const everybody: Permission[] = [
  'self:manage',
  'role:read',
  'project:list',
  'plugin:read',
  'provider:read',
];
const viewer: Permission[] = [
  ...everybody,
  'project:read',
  'prompt:read',
  'plugin:use',
  'plugin:modal',
];
const developer: Permission[] = [
  ...viewer,
  'prompt:create',
  'prompt:update',
  'prompt:tag',
  'version:publish',
  'version:yank',
  'label:move',
  'model:call',
  'plugin:operate',
  'plugin:use-as-developer',
];
const projectAdmin: Permission[] = [
  ...developer,
  'label:protect',
  'label:break-glass',
  'promotion:approve',
  'prompt:archive',
  'member:manage',
  'key:manage',
  'credential:manage',
  'webhook:manage',
  'audit:read',
  'plugin:use-as-admin',
];

describe('the policy table', () => {
  it.each([
    ['user', everybody],
    ['viewer', viewer],
    ['developer', developer],
    ['admin', projectAdmin],
    ['instance-admin', Object.keys(permissions)],
  ] as const)('gives a %s what the documentation promises and nothing else', (holder, expected) => {
    expect([...permissionsOf(holder)].sort()).toEqual([...expected].sort());
  });

  it.each([
    ['read', ['prompt:read', 'plugin:use']],
    ['publish', ['prompt:create', 'plugin:use-as-developer', 'model:call', 'version:publish']],
    ['label', ['label:move']],
    ['tag', ['prompt:tag']],
    ['yank', ['version:yank']],
  ] as const)('gives the verb %s what the documentation promises and nothing else', (verb, all) => {
    expect(permissionsOfVerb(verb)).toEqual(all);
  });

  it('gives no verb anything that belongs to the instance, or manages people, keys or projects', () => {
    const reachable = verbs.flatMap(permissionsOfVerb);

    expect(
      reachable.filter((one) =>
        /^(self|user|role|project|member|key|audit|promotion|credential|provider|webhook|secret):|^plugin:(?!use)/.test(
          one,
        ),
      ),
    ).toEqual([]);
  });

  it('lets each holder do all that those before it may', () => {
    for (const [index, holder] of holders.entries()) {
      for (const lesser of holders.slice(0, index)) {
        expect(permissionsOf(holder)).toEqual(expect.arrayContaining([...permissionsOf(lesser)]));
      }
    }
  });

  it('hands out no instance permission with a project role', () => {
    const instance = instancePermissions.map(
      (permission) => policyTable[permission].from as string,
    );

    expect(instance.filter((holder) => roles.some((role) => role === holder))).toEqual([]);
  });

  it('names the roles that hold a permission', () => {
    expect(rolesThatHold('prompt:read')).toEqual(['viewer', 'developer', 'admin']);
    expect(rolesThatHold('member:manage')).toEqual(['admin']);
    expect(rolesThatHold('version:purge')).toEqual([]);
  });
});
