import { SemVer } from 'semver';

/** Longest key of an accepted version, in ASCII characters: 48 of numbers, 116 of prerelease. */
export const semverSortKeyMaxLength = 164;

/** `Number.MAX_SAFE_INTEGER`, the largest number the package accepts, has 16 digits. */
const numberWidth = 16;

/** Above every character that starts an encoded prerelease, so a release follows its prereleases. */
const releaseMark = '~';

/** Below every character of an identifier, so `alpha.1` comes before `alpha-1`. */
const separator = '!';

/** Above every digit, so numbers come before words. */
const wordMark = ':';

/**
 * An ASCII text whose binary order is semver precedence (semver 2.0.0, section 11), for versions
 * that `isVersion` accepts. It holds no character below `!`, so a collation that pads with spaces
 * (`utf8mb4_bin`) orders it the same way as `COLLATE "C"` and `BINARY`.
 *
 *     1.4.0       0000000000000001 0000000000000004 0000000000000000 ~
 *     1.4.0-rc.2  0000000000000001 0000000000000004 0000000000000000 :rc!012
 *
 * (shown with spaces between the numbers, which the key does not have)
 */
export function semverSortKey(version: string): string {
  const { major, minor, patch, prerelease } = new SemVer(version);
  const numbers = [major, minor, patch].map((n) => String(n).padStart(numberWidth, '0')).join('');
  if (prerelease.length === 0) return numbers + releaseMark;
  return numbers + prerelease.map((part) => encodeIdentifier(String(part))).join(separator);
}

/** A number is preceded by its digit count, for it may have as many digits as a version has room. */
function encodeIdentifier(identifier: string): string {
  if (!/^\d+$/.test(identifier)) return wordMark + identifier;
  return String(identifier.length).padStart(2, '0') + identifier;
}
