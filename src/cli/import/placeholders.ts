/** `${name}` or `${name:default}` in the text of an imported prompt. */
export interface PlaceholderMark {
  readonly name: string;
  /** Empty when there is none. */
  readonly default: string;
}

/** A text in the order of its pieces: what stands between placeholders, and the placeholders. */
export type Piece = string | PlaceholderMark;

/**
 * A name ends at the first colon and a placeholder at the next closing brace, on the same line.
 * What is no expression to anybody but another program, such as `${{ secrets.TOKEN }}`, counts
 * too: rendering puts back whatever it is given.
 */
const placeholder = /\$\{([^}:\n]+)(?::([^}\n]*))?\}/g;

export function piecesOf(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(placeholder)) {
    pieces.push(text.slice(end, match.index));
    pieces.push({ name: (match[1] ?? '').trim(), default: (match[2] ?? '').trim() });
    end = match.index + match[0].length;
  }
  pieces.push(text.slice(end));
  return pieces;
}

export function placeholdersIn(pieces: readonly Piece[]): readonly PlaceholderMark[] {
  return pieces.filter((piece) => typeof piece !== 'string');
}
