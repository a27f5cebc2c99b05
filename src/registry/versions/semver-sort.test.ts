import fc from 'fast-check';
import semver from 'semver';
import { isVersion, maxVersionLength } from './semver.js';
import { semverSortKey, semverSortKeyMaxLength } from './semver-sort.js';

const number = fc.oneof(fc.nat({ max: 11 }), fc.maxSafeNat(), fc.constant(Number.MAX_SAFE_INTEGER));

/** Few words and close ones, so that generated prereleases share prefixes and collide. */
const identifier = fc.oneof(
  fc.constantFrom('alpha', 'alpha-1', 'alph', 'a', 'A', 'Z', '-', '--', '-1', '0a', 'rc', 'rc1'),
  fc.nat({ max: 12 }).map(String),
  fc.stringMatching(/^[0-9A-Za-z-]{1,12}$/),
);

const version = fc
  .tuple(number, number, number, fc.array(identifier, { maxLength: 29 }))
  .map(([major, minor, patch, prerelease]) =>
    [`${major}.${minor}.${patch}`, prerelease.join('.')].filter((part) => part !== '').join('-'),
  )
  .filter(isVersion);

/** Two versions that differ, if at all, late: equal triples, prereleases of the same few words. */
const neighbours = fc
  .tuple(version, fc.array(identifier, { maxLength: 4 }), fc.array(identifier, { maxLength: 4 }))
  .map(([start, a, b]) => [a, b].map((tail) => `${start}${tail.map((id) => `.${id}`).join('')}`))
  .filter((pair): pair is [string, string] => pair.every(isVersion));

function sign(key: string, other: string): number {
  return Math.sign(Buffer.compare(Buffer.from(key), Buffer.from(other)));
}

/** How a collation that pads the shorter text with spaces compares. */
function paddedSign(key: string, other: string): number {
  const width = Math.max(key.length, other.length);
  return sign(key.padEnd(width), other.padEnd(width));
}

describe('semverSortKey', () => {
  it('orders by bytes as semver orders by precedence', () => {
    fc.assert(
      fc.property(fc.oneof(fc.tuple(version, version), neighbours), ([a, b]) => {
        const expected = semver.compare(a, b);
        expect(sign(semverSortKey(a), semverSortKey(b))).toBe(expected);
        expect(paddedSign(semverSortKey(a), semverSortKey(b))).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('orders the example of the specification and its traps', () => {
    const ascending = [
      '0.0.0-0',
      '0.0.0',
      '0.9.0',
      '0.10.0',
      '1.0.0-0',
      '1.0.0-1',
      '1.0.0-1.0',
      '1.0.0-10',
      '1.0.0-9007199254740991',
      '1.0.0-9007199254740992',
      '1.0.0-9007199254740993',
      '1.0.0--',
      '1.0.0-1a',
      '1.0.0-A',
      '1.0.0-a',
      '1.0.0-alpha',
      '1.0.0-alpha.1',
      '1.0.0-alpha.1.1',
      '1.0.0-alpha.beta',
      '1.0.0-alpha-1',
      '1.0.0-alpha0',
      '1.0.0-beta',
      '1.0.0-beta.2',
      '1.0.0-beta.11',
      '1.0.0-rc.1',
      '1.0.0',
      '1.0.1-0',
      '9007199254740990.0.0',
      '9007199254740991.0.0',
    ];
    expect([...ascending].reverse().sort(byKey)).toEqual(ascending);
  });

  it('is printable ASCII without spaces and as long as it says at most', () => {
    fc.assert(
      fc.property(version, (text) => {
        expect(semverSortKey(text)).toMatch(/^[!-~]+$/);
        expect(semverSortKey(text).length).toBeLessThanOrEqual(semverSortKeyMaxLength);
      }),
    );
  });

  it('reaches its longest for the most identifiers that fit', () => {
    const crowded = `0.0.0-10${'.0'.repeat(28)}`;
    expect(crowded).toHaveLength(maxVersionLength);
    expect(semverSortKey(crowded)).toHaveLength(semverSortKeyMaxLength);
  });
});

function byKey(a: string, b: string): number {
  return sign(semverSortKey(a), semverSortKey(b));
}
