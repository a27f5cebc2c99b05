import type { Content } from '../content/content.js';
import type { ContractChange } from '../contract/contract-change.js';
import { type ContractComparison, requiredBump } from '../contract/required-bump.js';
import {
  type BumpVerdict,
  checkBump,
  defaultBase,
  isStaleBase,
  nearestLowerStable,
  nextVersion,
  stepFor,
} from './bump.js';
import { isStable } from './semver.js';
import type { VersionSummary } from './version.js';

/** How the publisher wants the version to be numbered. */
export type Numbering =
  | { readonly kind: 'explicit'; readonly version: string }
  | {
      readonly kind: 'bump';
      readonly bump: 'auto' | 'major' | 'minor' | 'patch';
      readonly prerelease: string | undefined;
    };

/** The versions of one prompt, and how to get at the content of one that was not purged. */
export interface History {
  /** Yanked and purged ones included, in descending order. */
  readonly highestFirst: readonly VersionSummary[];
  readonly contentOf: (version: VersionSummary) => Promise<Content>;
}

/** What the contract says about a number for some content. */
export interface Comparison {
  /** The nearest lower stable version; undefined when there is none to compare with. */
  readonly base: VersionSummary | undefined;
  readonly required: ContractComparison;
  /** Undefined when nothing is required. */
  readonly verdict: BumpVerdict | undefined;
}

const nothingRequired: ContractComparison = { bump: 'none', reasons: [] };

const numbersOf = (history: History): readonly string[] =>
  history.highestFirst.map(({ version }) => version);

export function findVersion(history: History, version: string): VersionSummary | undefined {
  return history.highestFirst.find((candidate) => candidate.version === version);
}

/** The number that a bump gives to the content, continuing from `baseVersion` or the default base. */
export async function decideNumber(
  history: History,
  content: Content,
  numbering: Numbering,
  baseVersion: string | undefined,
): Promise<string> {
  if (numbering.kind === 'explicit') return numbering.version;
  const highestFirst = numbersOf(history);
  const base = baseVersion ?? defaultBase(highestFirst);
  if (base === undefined) {
    const { prerelease } = numbering;
    return nextVersion({ step: 'major', prerelease, highestFirst });
  }
  const step =
    numbering.bump === 'auto'
      ? stepFor(base, (await compareFrom(history, content, base)).bump)
      : numbering.bump;
  return nextVersion({ base, step, prerelease: numbering.prerelease, highestFirst });
}

/** Of a base that is no readable release, the one below it is what the content is held against. */
async function compareFrom(
  history: History,
  content: Content,
  base: string,
): Promise<ContractComparison> {
  const summary = findVersion(history, base);
  const readable = summary && isStable(base) && !summary.purged;
  const comparable = readable ? summary : findComparable(history, base);
  if (!comparable) return nothingRequired;
  return requiredBump(await history.contentOf(comparable), content);
}

/** What the content may be numbered, held against the number it is to have. */
export async function compareAt(
  history: History,
  content: Content,
  version: string,
): Promise<Comparison> {
  const base = findComparable(history, version);
  if (!base) return { base, required: nothingRequired, verdict: undefined };
  const required = requiredBump(await history.contentOf(base), content);
  // Between prereleases of one triple nothing is required, and none is the base of the other.
  return { base, required, verdict: checkBump(version, base.version, required.bump) };
}

/** A purged version has no contract left to compare with, so the one below it serves. */
function findComparable(history: History, version: string): VersionSummary | undefined {
  const readable = history.highestFirst.filter(({ purged }) => !purged);
  const base = nearestLowerStable(
    readable.map((candidate) => candidate.version),
    version,
  );
  return readable.find((candidate) => candidate.version === base);
}

/** The nearest lower stable version, when it has this very content. */
export function findDuplicate(
  history: History,
  version: string,
  digest: string,
): VersionSummary | undefined {
  const lower = nearestLowerStable(numbersOf(history), version);
  const candidate = lower === undefined ? undefined : findVersion(history, lower);
  return candidate?.digest === digest ? candidate : undefined;
}

export function isBaseStale(history: History, baseVersion: string): boolean {
  return isStaleBase(numbersOf(history), baseVersion);
}

/** The reasons of which each by itself asks for more than the number promises. */
export function reasonsAgainst(
  version: string,
  { base, required }: Comparison,
): readonly ContractChange[] {
  if (!base) return [];
  return required.reasons.filter(({ bump }) => checkBump(version, base.version, bump).underBumped);
}
