import semver from 'semver';
import { validationFailed } from '../../platform/errors/index.js';
import { type Bump } from '../contract/contract-change.js';
import { compareVersions, isStable, isVersion, tripleOf } from './semver.js';

// `highestFirst` is always every version of one prompt, yanked and purged ones included, in
// descending `compareVersions` order.

/** Which of the three numbers moves. */
export type Step = Exclude<Bump, 'none'>;

/** What the first version of a prompt is called when nobody names it. */
export const firstVersion = '1.0.0';

/** What a bump continues from when the caller names no base: the highest stable, else the highest. */
export function defaultBase(highestFirst: readonly string[]): string | undefined {
  return highestFirst.find(isStable) ?? highestFirst[0];
}

/** What the contract of `version` is compared with; without one nothing is required. */
export function nearestLowerStable(
  highestFirst: readonly string[],
  version: string,
): string | undefined {
  return highestFirst.find((other) => isStable(other) && compareVersions(other, version) < 0);
}

/** Whether a version above the one that the caller started from exists in its major. */
export function isStaleBase(highestFirst: readonly string[], baseVersion: string): boolean {
  const major = semver.major(baseVersion);
  return highestFirst.some(
    (other) => semver.major(other) === major && compareVersions(other, baseVersion) > 0,
  );
}

/** The step that a required bump asks for: while major is 0, a minor step stands for a major one. */
export function stepFor(base: string, required: Bump): Step {
  if (required === 'none') return 'patch';
  return required === 'major' && semver.major(base) === 0 ? 'minor' : required;
}

export interface BumpVerdict {
  readonly underBumped: boolean;
  /** The lowest stable version accepted; its prereleases are accepted too. */
  readonly minimum: string;
}

/**
 * Whether `version` is far enough from `base`, its nearest lower stable version. A prerelease
 * counts by its triple, so `2.0.0-rc.1` is a major step from `1.4.0`.
 *
 * @throws `validation-failed` when no version number is left above the base.
 */
export function checkBump(version: string, base: string, required: Bump): BumpVerdict {
  const minimum = increment(base, stepFor(base, required));
  return { underBumped: compareVersions(tripleOf(version), minimum) < 0, minimum };
}

export interface NextVersionRequest {
  /** The version to continue from; absent for the first version of a prompt. */
  readonly base?: string | undefined;
  readonly step: Step;
  /** An identifier such as `rc`, one that `isPrereleaseIdentifier` accepts. */
  readonly prerelease?: string | undefined;
  readonly highestFirst: readonly string[];
}

/**
 * A free number one step above the base. Of a prerelease base the stable version below it counts,
 * and the triple of the base serves when it is high enough. The same step passes over a number
 * that is taken. Prereleases count from 1 and continue the highest of their triple.
 *
 * @throws `validation-failed` when no version number is left.
 */
export function nextVersion(request: NextVersionRequest): string {
  const { base, step, prerelease, highestFirst } = request;
  const taken = new Set(highestFirst);
  let triple = base === undefined ? firstVersion : nextTriple(highestFirst, base, step);
  while (taken.has(triple)) triple = increment(triple, step);
  return prerelease === undefined ? triple : nextPrerelease(highestFirst, triple, prerelease);
}

/** One identifier that is not a number, so that the count after it stays apart from it. */
export function isPrereleaseIdentifier(text: string): boolean {
  const identifiers = semver.prerelease(`${firstVersion}-${text}`);
  return identifiers?.length === 1 && identifiers[0] === text && !/^\d+$/.test(text);
}

function nextTriple(highestFirst: readonly string[], base: string, step: Step): string {
  if (isStable(base)) return increment(base, step);
  const triple = tripleOf(base);
  const stable = nearestLowerStable(highestFirst, base);
  if (stable === undefined) return triple;
  const stepped = increment(stable, step);
  return compareVersions(stepped, triple) > 0 ? stepped : triple;
}

function nextPrerelease(
  highestFirst: readonly string[],
  triple: string,
  identifier: string,
): string {
  const line = `${triple}-${identifier}`;
  const latest = highestFirst.find((other) => other === line || other.startsWith(`${line}.`));
  if (latest === undefined) return accepted(`${line}.1`, triple);
  return accepted(semver.inc(latest, 'prerelease', identifier, '1'), latest);
}

const carry = { patch: 'minor', minor: 'major' } as const;

/** The package counts past the largest number it accepts; such a number carries into the next. */
function increment(stable: string, step: Step): string {
  const next = semver.inc(stable, step);
  if (step === 'major' || (next !== null && isVersion(next))) return accepted(next, stable);
  return increment(stable, carry[step]);
}

function accepted(next: string | null, after: string): string {
  if (next !== null && isVersion(next)) return next;
  throw validationFailed(`No version number follows ${after}.`, {
    errors: [
      { pointer: '/version', code: 'invalid-version', detail: 'Name a version, not a bump.' },
    ],
  });
}
