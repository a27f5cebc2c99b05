import type { Piece } from './placeholders.js';

/** What stands before and after the name in a Mustache tag. */
export interface Delimiters {
  readonly open: string;
  readonly close: string;
}

const usual: Delimiters = { open: '{{', close: '}}' };

/**
 * The usual delimiters, unless the text itself would open a tag with them: by `{{`, or by one brace
 * right before a placeholder, which makes the triple `{{{`. Then `<% %>`, with as many percent
 * signs as it takes to occur nowhere in the text. No end of `<%` is a beginning of it, so text
 * before a tag can never join it.
 */
export function delimitersFor(text: string, pieces: readonly Piece[]): Delimiters {
  const touches = pieces.some(
    (piece, index) => typeof piece === 'string' && piece.endsWith('{') && index < pieces.length - 1,
  );
  if (!text.includes(usual.open) && !touches) return usual;
  for (let signs = '%'; ; signs += '%') {
    const own = { open: `<${signs}`, close: `${signs}>` };
    if (!text.includes(own.open) && !text.includes(own.close)) return own;
  }
}

/** The tag that sets them. On a line of its own, which rendering takes away with its line break. */
export function settingTag({ open, close }: Delimiters): string {
  return open === usual.open ? '' : `{{=${open} ${close}=}}\n`;
}
