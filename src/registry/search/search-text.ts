/**
 * What makes two spellings one for a search: compatibility forms folded (NFKC), case dropped. Both
 * the stored text and the query go through it.
 */
export function searchText(...parts: readonly (string | null)[]): string {
  return parts
    .filter((part) => part !== null)
    .join('\n')
    .normalize('NFKC')
    .toLowerCase();
}

/** A pattern for `LIKE … ESCAPE '!'` in which the text stands for itself. */
export function likePattern(text: string): string {
  const literal = text.replaceAll(/[!%_]/g, (wildcard) => `!${wildcard}`);
  return `%${literal}%`;
}
