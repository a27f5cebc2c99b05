import { FILE_HEADERS_ONLY, formatPatch } from 'diff';
import { type Content } from '../content/content.js';
import { type Bump, type ContractChange } from '../contract/contract-change.js';
import { requiredBump } from '../contract/required-bump.js';
import { contractDiff, type ContractDiff } from './contract-diff.js';
import { type Hunk, lineCount, lineHunks } from './line-hunks.js';
import { readableContent } from './readable-content.js';
import { textPlaces } from '../content/text-places.js';

export interface VersionContent {
  readonly version: string;
  readonly content: Content;
}

export interface TextDiff {
  /** Such as `text`, `messages/0/content` or `sections/task`. */
  readonly path: string;
  readonly hunks: readonly Hunk[];
}

export interface ContentDiff {
  readonly from: string;
  readonly to: string;
  readonly requiredBump: Bump;
  readonly reasons: readonly ContractChange[];
  readonly contract: ContractDiff;
  /** The places whose text differs; a place that only one side has is compared with no text. */
  readonly text: readonly TextDiff[];
  /** A unified diff of the readable form of the whole contents; empty if that does not differ. */
  readonly unified: string;
}

/** Lines times edits: what one answer may cost the event loop, some tens of milliseconds. */
const maxLineSteps = 4_000_000;

/** The search is also quadratic in the edits, however short the texts are. */
const maxEditLength = 500;

export function diffContents(from: VersionContent, to: VersionContent): ContentDiff {
  const before = readableContent(from.content);
  const after = readableContent(to.content);
  // SECURITY: the bound counts the lines of both whole contents, so that it holds for all text
  // places together and not only for each of them.
  const lines = lineCount(before) + lineCount(after);
  const maxEdits = Math.min(maxEditLength, Math.floor(maxLineSteps / lines));
  const { bump, reasons } = requiredBump(from.content, to.content);
  return {
    from: from.version,
    to: to.version,
    requiredBump: bump,
    reasons,
    contract: contractDiff(from.content, to.content),
    text: textDiffs(textPlaces(from.content), textPlaces(to.content), maxEdits),
    unified: unified(from.version, to.version, lineHunks(before, after, maxEdits)),
  };
}

function textDiffs(
  from: ReadonlyMap<string, string>,
  to: ReadonlyMap<string, string>,
  maxEdits: number,
): TextDiff[] {
  const paths = new Set([...from.keys(), ...to.keys()]);
  return [...paths].flatMap((path) => {
    const hunks = lineHunks(from.get(path) ?? '', to.get(path) ?? '', maxEdits);
    return hunks.length > 0 ? [{ path, hunks }] : [];
  });
}

function unified(from: string, to: string, hunks: Hunk[]): string {
  if (hunks.length === 0) return '';
  const names = { oldFileName: from, newFileName: to, oldHeader: undefined, newHeader: undefined };
  return formatPatch({ ...names, hunks }, FILE_HEADERS_ONLY);
}
