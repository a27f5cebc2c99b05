import fc from 'fast-check';
import semver from 'semver';
import { bumps } from '../contract/contract-change.js';
import {
  checkBump,
  defaultBase,
  isPrereleaseIdentifier,
  isStaleBase,
  nearestLowerStable,
  nextVersion,
  type Step,
  stepFor,
} from './bump.js';
import { compareVersions, isStable, isVersion, tripleOf } from './semver.js';

const step = fc.constantFrom<Step>('patch', 'minor', 'major');
const version = fc
  .tuple(
    fc.nat({ max: 2 }),
    fc.nat({ max: 3 }),
    fc.nat({ max: 3 }),
    fc.option(fc.constantFrom('rc', 'rc.1', 'rc.2', 'rc.10', 'beta.1')),
  )
  .map(
    ([major, minor, patch, pre]) => `${major}.${minor}.${patch}${pre === null ? '' : `-${pre}`}`,
  );
const history = fc.uniqueArray(version, { maxLength: 20 }).map(highestFirst);

describe('the base of a version', () => {
  it('is the highest stable version when nobody names one', () => {
    expect(defaultBase(highestFirst(['1.4.0', '2.0.0-rc.1', '1.10.0']))).toBe('1.10.0');
  });

  it('is the highest prerelease while there is no stable version', () => {
    expect(defaultBase(highestFirst(['1.0.0-rc.1', '1.0.0-rc.2']))).toBe('1.0.0-rc.2');
    expect(defaultBase([])).toBeUndefined();
  });

  it('compares a late patch with the stable version below it, not with the highest', () => {
    const versions = highestFirst(['1.3.0', '1.4.0', '1.4.1-rc.1', '2.0.0']);
    expect(nearestLowerStable(versions, '1.4.1')).toBe('1.4.0');
    expect(nearestLowerStable(versions, '1.4.0')).toBe('1.3.0');
    expect(nearestLowerStable(versions, '1.0.0')).toBeUndefined();
  });

  it('is stale once its own major has a higher version', () => {
    const versions = highestFirst(['1.3.0', '1.4.0', '2.0.0', '2.1.0-rc.1']);
    expect(isStaleBase(versions, '1.3.0')).toBe(true);
    expect(isStaleBase(versions, '1.4.0')).toBe(false);
    expect(isStaleBase(versions, '2.0.0')).toBe(true);
    expect(isStaleBase(versions, '2.1.0-rc.1')).toBe(false);
  });
});

describe('checkBump', () => {
  it.each([
    ['1.4.1', '1.4.0', 'patch', false, '1.4.1'],
    ['1.4.1', '1.4.0', 'none', false, '1.4.1'],
    ['1.4.1', '1.4.0', 'minor', true, '1.5.0'],
    ['1.5.0', '1.4.0', 'minor', false, '1.5.0'],
    ['2.0.0', '1.4.0', 'minor', false, '1.5.0'],
    ['1.5.0-rc.1', '1.4.0', 'minor', false, '1.5.0'],
    ['1.4.1-rc.1', '1.4.0', 'minor', true, '1.5.0'],
    ['1.5.0', '1.4.0', 'major', true, '2.0.0'],
    ['2.0.0-rc.1', '1.4.0', 'major', false, '2.0.0'],
    ['0.3.2', '0.3.1', 'major', true, '0.4.0'],
    ['0.4.0', '0.3.1', 'major', false, '0.4.0'],
    ['0.3.2', '0.3.1', 'minor', true, '0.4.0'],
    ['0.0.2', '0.0.1', 'major', true, '0.1.0'],
  ] as const)('weighs %s above %s against %s', (next, base, required, underBumped, minimum) => {
    expect(checkBump(next, base, required)).toEqual({ underBumped, minimum });
  });

  it('refuses exactly the versions below the minimum', () => {
    fc.assert(
      fc.property(
        version,
        version.filter(isStable),
        fc.constantFrom(...bumps),
        (next, base, bump) => {
          fc.pre(compareVersions(next, base) > 0);
          const { underBumped, minimum } = checkBump(next, base, bump);
          expect(underBumped).toBe(semver.lt(tripleOf(next), minimum));
          expect(checkBump(minimum, base, bump).underBumped).toBe(false);
        },
      ),
    );
  });

  it('never asks less for a higher bump', () => {
    fc.assert(
      fc.property(version, version.filter(isStable), (next, base) => {
        fc.pre(compareVersions(next, base) > 0);
        const refused = bumps.map((bump) => checkBump(next, base, bump).underBumped);
        expect(refused).toEqual([...refused].sort());
      }),
    );
  });
});

describe('nextVersion', () => {
  it.each([
    ['patch', '1.4.1'],
    ['minor', '1.5.0'],
    ['major', '2.0.0'],
  ] as const)('moves the %s number of the base', (moved, expected) => {
    expect(nextVersion({ base: '1.4.0', step: moved, highestFirst: ['1.4.0'] })).toBe(expected);
  });

  it('calls the first version 1.0.0, or its first candidate 1.0.0-rc.1', () => {
    expect(nextVersion({ step: 'patch', highestFirst: [] })).toBe('1.0.0');
    expect(nextVersion({ step: 'major', prerelease: 'rc', highestFirst: [] })).toBe('1.0.0-rc.1');
  });

  it('moves the minor number of a 0.x version for a major change', () => {
    const asked = stepFor('0.3.1', 'major');
    expect(nextVersion({ base: '0.3.1', step: asked, highestFirst: ['0.3.1'] })).toBe('0.4.0');
  });

  it('can still be asked to leave 0.x', () => {
    expect(nextVersion({ base: '0.3.1', step: 'major', highestFirst: ['0.3.1'] })).toBe('1.0.0');
  });

  it.each([
    [['1.4.0'], '1.5.0-rc.1'],
    [['1.4.0', '1.5.0-rc.1', '1.5.0-rc.9', '1.5.0-rc.10'], '1.5.0-rc.11'],
    [['1.4.0', '1.5.0-rc'], '1.5.0-rc.1'],
    [['1.4.0', '1.5.0-rc2.7', '1.5.0-rd.7', '1.5.0-beta.3'], '1.5.0-rc.1'],
    [['1.4.0', '1.5.0-rc.1.2'], '1.5.0-rc.1.3'],
    [['1.4.0', '1.4.1-rc.3', '2.0.0-rc.3'], '1.5.0-rc.1'],
  ])('counts candidates within their triple: %j', (versions, expected) => {
    const request = { base: '1.4.0', step: 'minor', prerelease: 'rc' } as const;
    expect(nextVersion({ ...request, highestFirst: highestFirst(versions) })).toBe(expected);
  });

  it('releases or continues the triple of a candidate when it is high enough', () => {
    const base = '1.5.0-rc.1';
    const versions = [base, '1.4.0'];
    expect(nextVersion({ base, step: 'minor', highestFirst: versions })).toBe('1.5.0');
    expect(nextVersion({ base, step: 'patch', highestFirst: versions })).toBe('1.5.0');
    expect(nextVersion({ base, step: 'major', highestFirst: versions })).toBe('2.0.0');
    expect(nextVersion({ base, step: 'minor', prerelease: 'rc', highestFirst: versions })).toBe(
      '1.5.0-rc.2',
    );
  });

  it('releases the first candidate under its own triple, for nothing is required of it', () => {
    const versions = ['0.1.0-rc.1'];
    expect(nextVersion({ base: '0.1.0-rc.1', step: 'minor', highestFirst: versions })).toBe(
      '0.1.0',
    );
  });

  it('passes over numbers that are taken by the same step', () => {
    const versions = highestFirst(['1.4.0', '2.0.0', '3.0.0', '3.1.0']);
    expect(nextVersion({ base: '1.4.0', step: 'major', highestFirst: versions })).toBe('4.0.0');
    expect(
      nextVersion({ base: '1.4.0', step: 'major', prerelease: 'rc', highestFirst: versions }),
    ).toBe('4.0.0-rc.1');
  });

  it('carries a number at its limit into the one before it', () => {
    const most = Number.MAX_SAFE_INTEGER;
    const next = (base: string, asked: Step) =>
      nextVersion({ base, step: asked, highestFirst: [base] });
    expect(next(`1.2.${most}`, 'patch')).toBe('1.3.0');
    expect(next(`1.${most}.${most}`, 'patch')).toBe('2.0.0');
    expect(() => next(`${most}.0.0`, 'major')).toThrow(
      expect.objectContaining({ code: 'validation-failed' }),
    );
    expect(checkBump(`1.${most}.1`, `1.${most}.0`, 'minor')).toEqual({
      underBumped: true,
      minimum: '2.0.0',
    });
  });

  it('gives a free version above its base that is never under-bumped', () => {
    fc.assert(
      fc.property(
        history,
        fc.nat(),
        step,
        fc.option(fc.constant('rc')),
        (versions, pick, moved, id) => {
          const base = versions[pick % Math.max(versions.length, 1)];
          const next = nextVersion({
            base,
            step: moved,
            prerelease: id ?? undefined,
            highestFirst: versions,
          });
          expect(isVersion(next)).toBe(true);
          expect(isStable(next)).toBe(id === null);
          expect(versions).not.toContain(next);
          if (base === undefined) return;
          expect(compareVersions(next, base)).toBe(1);
          const stable = isStable(base) ? base : nearestLowerStable(versions, base);
          if (stable !== undefined) {
            expect(checkBump(next, stable, moved).underBumped).toBe(false);
          }
        },
      ),
    );
  });
});

describe('isPrereleaseIdentifier', () => {
  it('accepts one word', () => {
    expect(['rc', 'beta-2', 'RC1', '-'].map(isPrereleaseIdentifier)).toEqual([
      true,
      true,
      true,
      true,
    ]);
  });

  it.each(['', '1', '01', '9007199254740993', 'rc.1', 'rc+b', ' rc', 'rc ', 'r_c'])(
    'refuses %j',
    (text) => {
      expect(isPrereleaseIdentifier(text)).toBe(false);
    },
  );
});

function highestFirst(versions: readonly string[]): string[] {
  return [...versions].sort((a, b) => compareVersions(b, a));
}
