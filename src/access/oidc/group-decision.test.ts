import fc from 'fast-check';
import { type Role, roles } from '../../platform/authorization/index.js';
import type { GroupGrant, GroupGrants } from '../../platform/config/index.js';
import { decideByGroups } from './group-decision.js';

const grants: GroupGrants = new Map<string, readonly GroupGrant[]>([
  ['ops', ['instance-admin', { project: 'acme', role: 'admin' }]],
  ['acme-all', [{ project: 'acme', role: 'viewer' }]],
  [
    'authors',
    [
      { project: 'acme', role: 'developer' },
      { project: 'lab', role: 'developer' },
    ],
  ],
]);

const rank = (role: Role | undefined) => (role === undefined ? -1 : roles.indexOf(role));

describe('what groups decide', () => {
  it.each([
    [[], { acme: undefined, lab: undefined }],
    [['acme-all'], { acme: 'viewer', lab: undefined }],
    [['acme-all', 'authors'], { acme: 'developer', lab: 'developer' }],
    [['authors', 'acme-all', 'ops'], { acme: 'admin', lab: 'developer' }],
    [['OPS', 'ops ', 'constructor', '__proto__'], { acme: undefined, lab: undefined }],
  ])('is for %j the highest role that any of them gives', (groups, expected) => {
    expect(Object.fromEntries(decideByGroups(grants, groups).projects)).toEqual(expected);
  });

  it('is about instance admins only where some group gives that', () => {
    expect(decideByGroups(grants, ['ops']).instanceAdmin).toBe(true);
    expect(decideByGroups(grants, ['authors']).instanceAdmin).toBe(false);
    expect(decideByGroups(new Map(), ['ops'])).toEqual({
      instanceAdmin: undefined,
      projects: new Map(),
    });
  });

  it('never depends on the order of groups, and never gives less for more of them', () => {
    const grant = fc.oneof(
      fc.constant('instance-admin' as const),
      fc.record({ project: fc.constantFrom('a', 'b'), role: fc.constantFrom(...roles) }),
    );
    const group = fc.constantFrom('g1', 'g2', 'g3', 'g4');
    const someGrants = fc.array(fc.tuple(group, fc.array(grant))).map((list) => new Map(list));
    fc.assert(
      fc.property(someGrants, fc.array(group), group, (given, groups, more) => {
        const decided = decideByGroups(given, groups);
        const reversed = decideByGroups(given, groups.toReversed());
        const withMore = decideByGroups(given, [...groups, more]);

        expect(reversed).toEqual(decided);
        expect(withMore.projects.size).toBe(decided.projects.size);
        for (const [project, role] of decided.projects) {
          expect(rank(withMore.projects.get(project))).toBeGreaterThanOrEqual(rank(role));
        }
        if (decided.instanceAdmin) expect(withMore.instanceAdmin).toBe(true);
      }),
    );
  });
});
