import semver from 'semver';
import { validationFailed } from '../../platform/errors/index.js';
import { semverSortKey } from './semver-sort.js';

/** In characters; every accepted version is ASCII. */
export const maxVersionLength = 64;

/** Accepts only the canonical spelling: no `v`, spaces, leading zeros or build metadata. */
export function isVersion(text: string): boolean {
  return text.length <= maxVersionLength && semver.valid(text) === text;
}

/** @throws `validation-failed` at `pointer` (a JSON Pointer) when the text is not a version. */
export function parseVersion(text: string, pointer = '/version'): string {
  if (isVersion(text)) return text;
  const detail =
    'A version is written as in semver 2.0.0, such as 1.4.0 or 2.0.0-rc.1: no v, no spaces, ' +
    `no leading zeros, no build metadata, at most ${maxVersionLength} characters.`;
  throw validationFailed('The version is not valid.', {
    errors: [{ pointer, code: 'invalid-version', detail }],
  });
}

/**
 * Semver precedence (semver 2.0.0, section 11) as a total order: 0 only for the same version.
 * It is the order of the stored sort keys, so memory and database can never disagree, also where
 * the package rounds prerelease numbers above `Number.MAX_SAFE_INTEGER`.
 */
export function compareVersions(a: string, b: string): number {
  const keyA = semverSortKey(a);
  const keyB = semverSortKey(b);
  if (keyA === keyB) return 0;
  return keyA < keyB ? -1 : 1;
}

/** An accepted version has a hyphen only where its prerelease starts: build metadata is refused. */
export function isStable(version: string): boolean {
  return !version.includes('-');
}

/** `1.5.0` of `1.5.0-rc.2`. */
export function tripleOf(version: string): string {
  const { major, minor, patch } = new semver.SemVer(version);
  return `${major}.${minor}.${patch}`;
}
