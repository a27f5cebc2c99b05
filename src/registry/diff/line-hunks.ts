import { structuredPatch, type StructuredPatchHunk } from 'diff';

/**
 * Lines of a unified diff: each starts with a space, `-`, `+`, or `\` for a missing line end.
 * Starts are 1-based, also of an empty side (the unified text shows such a start one lower).
 */
export type Hunk = StructuredPatchHunk;

const contextLines = 3;

/** As the unified format says it, so that the hunks patch the exact text. */
const noLineEnd = '\\ No newline at end of file';

/**
 * The hunks that turn `from` into `to`; none when they are equal. Finding the fewest changes costs
 * up to lines times `maxEdits`; a pair that needs more edits (lines removed plus lines added) is
 * answered as one hunk that replaces everything, which is as correct and found in linear time.
 */
export function lineHunks(from: string, to: string, maxEdits: number): Hunk[] {
  if (from === to) return [];
  const patch = structuredPatch('', '', from, to, undefined, undefined, {
    context: contextLines,
    maxEditLength: maxEdits,
  });
  return patch ? patch.hunks : [wholeReplacement(from, to)];
}

/** Lines of a text as `lineHunks` counts them; the empty text has none. */
export function lineCount(text: string): number {
  return linesOf(text).length;
}

function wholeReplacement(from: string, to: string): Hunk {
  return {
    oldStart: 1,
    oldLines: lineCount(from),
    newStart: 1,
    newLines: lineCount(to),
    lines: [...markedLines('-', from), ...markedLines('+', to)],
  };
}

function markedLines(mark: '-' | '+', text: string): string[] {
  const lines = linesOf(text).map((line) => mark + line);
  return text === '' || text.endsWith('\n') ? lines : [...lines, noLineEnd];
}

function linesOf(text: string): string[] {
  if (text === '') return [];
  return (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
}
