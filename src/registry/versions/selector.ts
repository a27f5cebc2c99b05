import semver from 'semver';
import { isLabelName } from '../labels/label-name.js';
import { isVersion } from './semver.js';
import { invalidSelector } from './versions.errors.js';

export const maxSelectorLength = 256;
export const maxChainItems = 8;

export type SingleSelector =
  | { readonly kind: 'exact'; readonly version: string }
  | { readonly kind: 'latest' }
  | { readonly kind: 'label'; readonly name: string }
  | { readonly kind: 'range'; readonly range: string };

/** What a reader asks for; the first of a chain that is found answers. */
export type Selector =
  SingleSelector | { readonly kind: 'chain'; readonly items: readonly SingleSelector[] };

/** @throws `invalid-selector` for the whole text, also when only one item of a chain is wrong. */
export function parseSelector(text: string): Selector {
  if (text.length <= maxSelectorLength) {
    const selector = text.includes(',') ? parseChain(text) : parseSingle(text);
    if (selector) return selector;
  }
  throw invalidSelector(
    'A selector is an exact version, latest, a label, a semver range such as ^1.2 or >=1 <3, or a ' +
      `chain of at most ${maxChainItems} labels, versions and single ^, ~ or x-ranges joined by ` +
      `commas without spaces, at most ${maxSelectorLength} characters. For any version ask latest.`,
  );
}

function parseSingle(text: string): SingleSelector | undefined {
  if (isVersion(text)) return { kind: 'exact', version: text };
  if (text === 'latest') return { kind: 'latest' };
  if (isLabelName(text)) return { kind: 'label', name: text };
  if (isRange(text)) return { kind: 'range', range: text };
  return undefined;
}

/**
 * A range without a digit is a spelling of `*` (empty, `x`, `||`, `X.x`). It would mean `latest`
 * without saying so, and an empty path segment or an unset variable must not read as a wish.
 */
function isRange(text: string): boolean {
  return /\d/.test(text) && text === text.trim() && semver.validRange(text) !== null;
}

/** Operators other than one leading `^` or `~` have no place in a chain; semver checks the rest. */
const chainItem = /^[~^]?[\w.*-]+$/;

function parseChain(text: string): Selector | undefined {
  const parts = text.split(',');
  if (parts.length > maxChainItems) return undefined;
  const items: SingleSelector[] = [];
  for (const part of parts) {
    const item = chainItem.test(part) ? parseSingle(part) : undefined;
    if (!item) return undefined;
    items.push(item);
  }
  return { kind: 'chain', items };
}

type Awaitable<T> = T | Promise<T>;

/**
 * The versions of one prompt, from memory or from a database. Each method answers undefined for
 * "not found" and throws for everything else; `T` is whatever the caller needs of a version.
 */
export interface VersionLookup<T> {
  /** Yanked versions included: they are still served by number. */
  findExact(version: string): Awaitable<T | undefined>;
  /** Highest stable version that is not yanked. */
  findLatest(): Awaitable<T | undefined>;
  findLabelled(label: string): Awaitable<T | undefined>;
  /** What `highestSatisfying` answers for the versions that are not yanked. */
  findSatisfying(range: string): Awaitable<T | undefined>;
}

/** Only "not found" moves a chain on: whatever a lookup throws ends it. */
export async function resolveSelector<T>(
  selector: Selector,
  lookup: VersionLookup<T>,
): Promise<T | undefined> {
  switch (selector.kind) {
    case 'exact':
      return lookup.findExact(selector.version);
    case 'latest':
      return lookup.findLatest();
    case 'label':
      return lookup.findLabelled(selector.name);
    case 'range':
      return lookup.findSatisfying(selector.range);
    case 'chain':
      for (const item of selector.items) {
        const found = await resolveSelector(item, lookup);
        if (found !== undefined) return found;
      }
      return undefined;
  }
}

/**
 * A prerelease is chosen only when the range names a prerelease of the same triple, as npm does.
 *
 * @param highestFirst the versions that may be chosen, in descending `compareVersions` order.
 * @param range as in a parsed selector of kind `range`.
 */
export function highestSatisfying(
  highestFirst: readonly string[],
  range: string,
): string | undefined {
  const parsed = new semver.Range(range);
  return highestFirst.find((version) => parsed.test(version));
}
