import { validationFailed } from '../../platform/errors/index.js';

export const maxTags = 50;
export const maxTagLength = 64;

/**
 * Tags as they are kept: NFC, each once, sorted. Case counts.
 *
 * @throws `validation-failed` at the first tag that is empty, too long, or has outer or odd spaces
 */
export function parseTags(texts: readonly string[], pointer = '/tags'): readonly string[] {
  if (texts.length > maxTags) {
    throw invalid(pointer, 'too-many', `must be at most ${maxTags} tags`);
  }
  const tags = texts.map((text, index) => parseTag(text, `${pointer}/${index}`));
  return [...new Set(tags)].sort(byCodePoint);
}

/** As the databases sort; UTF-16 units would put an emoji before what comes after it. */
function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function parseTag(text: string, pointer: string): string {
  const tag = text.normalize('NFC');
  // A padding collation would take `a` and `a ` for the same tag; a comma would read as two.
  if (tag.length === 0 || Array.from(tag).length > maxTagLength || /^\s|\s$|[\p{C},]/u.test(tag)) {
    throw invalid(
      pointer,
      'invalid-tag',
      `must be 1 to ${maxTagLength} characters without commas, control characters and outer spaces`,
    );
  }
  return tag;
}

function invalid(pointer: string, code: string, detail: string) {
  return validationFailed('The tags are not valid.', { errors: [{ pointer, code, detail }] });
}
