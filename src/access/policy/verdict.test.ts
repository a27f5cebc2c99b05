import fc from 'fast-check';
import {
  instancePermissions,
  type KeyPrincipal,
  type Permission,
  permissions,
  type Principal,
  type ProjectPermission,
  roles,
  type UserPrincipal,
  verbs,
} from '../../platform/authorization/index.js';
import { permissionsOf, permissionsOfVerb } from './policy-table.js';
import { instanceVerdict, projectVerdict } from './verdict.js';

const projectPermissions = (Object.keys(permissions) as Permission[]).filter(
  (permission): permission is ProjectPermission =>
    !(instancePermissions as readonly Permission[]).includes(permission),
);
const user: UserPrincipal = {
  kind: 'user',
  id: 'u',
  name: 'ada',
  sessionId: 's',
  instanceAdmin: false,
  mustChangePassword: false,
};
const admin = { ...user, instanceAdmin: true };
const key: KeyPrincipal = {
  kind: 'key',
  id: 'k',
  name: 'ci',
  projectId: 'own',
  verbs: ['read'],
  prompts: ['*'],
  labels: ['*'],
};
const anonymous: Principal = { kind: 'anonymous' };
const system: Principal = { kind: 'system', name: 'start' };
const own = { projectId: 'own', role: undefined };
const foreign = { projectId: 'foreign', role: undefined };

describe('a verdict on a project', () => {
  it.each(roles)('follows the table for a %s', (role) => {
    for (const permission of projectPermissions) {
      const expected = permissionsOf(role).includes(permission) ? 'allowed' : 'forbidden';
      expect(projectVerdict(user, { ...own, role }, permission, {})).toBe(expected);
    }
  });

  it.each(verbs)('follows the table for a key with the verb %s', (verb) => {
    for (const permission of projectPermissions) {
      const expected = permissionsOfVerb(verb).includes(permission) ? 'allowed' : 'forbidden';
      expect(projectVerdict({ ...key, verbs: [verb] }, own, permission, {})).toBe(expected);
    }
  });

  it('hides the project from strangers, whatever they ask', () => {
    for (const permission of projectPermissions) {
      expect(projectVerdict(user, own, permission, {})).toBe('invisible');
      expect(projectVerdict({ ...key, verbs }, foreign, permission, {})).toBe('invisible');
      expect(projectVerdict(anonymous, own, permission, {})).toBe('invisible');
    }
  });

  it('lets instance admins and the program itself do everything everywhere', () => {
    for (const permission of projectPermissions) {
      expect(projectVerdict(admin, own, permission, {})).toBe('allowed');
      expect(projectVerdict(system, own, permission, {})).toBe('allowed');
    }
  });

  it('hides prompts outside of the patterns of a key, before it looks at the verbs', () => {
    const narrow = { ...key, verbs: [], prompts: ['support/*'] };

    expect(projectVerdict(narrow, own, 'prompt:read', { prompt: 'sales/x' })).toBe('invisible');
    expect(projectVerdict(narrow, own, 'prompt:read', { prompt: 'support/x' })).toBe('forbidden');
  });

  it('refuses a narrow key every write that names no prompt, and lets it ask for a list', () => {
    const narrow = { ...key, verbs, prompts: ['support/*'] };

    expect(projectVerdict(narrow, own, 'version:publish', {})).toBe('invisible');
    expect(projectVerdict(narrow, own, 'prompt:read', {})).toBe('allowed');
  });

  it('asks of a key that it may move each of the labels', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.constantFrom('a', 'b', 'c')),
        fc.uniqueArray(fc.constantFrom('a', 'b', 'c')),
        (allowed, labels) => {
          const mover: KeyPrincipal = { ...key, verbs: ['label'], labels: allowed };
          const expected = labels.every((label) => allowed.includes(label));
          expect(projectVerdict(mover, own, 'label:move', { prompt: 'x', labels })).toBe(
            expected ? 'allowed' : 'forbidden',
          );
        },
      ),
    );
  });
});

describe('a verdict on the instance', () => {
  it.each(instancePermissions)('about %s follows the table', (permission) => {
    const forAll = permissionsOf('user').includes(permission);

    expect(instanceVerdict(user, permission)).toBe(forAll ? 'allowed' : 'forbidden');
    expect(instanceVerdict(admin, permission)).toBe('allowed');
    expect(instanceVerdict(system, permission)).toBe('allowed');
    expect(instanceVerdict({ ...key, verbs }, permission)).toBe('forbidden');
    expect(instanceVerdict(anonymous, permission)).toBe('forbidden');
  });
});
