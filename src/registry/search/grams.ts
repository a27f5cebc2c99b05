/** How many characters a gram has; at the end of a word there are fewer left. */
const gramLength = 3;

/** Sorts after every character that can follow in a gram. */
const AFTER_CHARACTERS = '\u{10ffff}';

/** Grams from the first to the last, by code point. */
export interface GramRange {
  readonly from: string;
  readonly to: string;
}

/**
 * The characters at each place of each word of a `searchText`. Every part of a word starts one of
 * them, however short it is, so that a search of one character has an index too.
 */
export function gramsOf(text: string): ReadonlySet<string> {
  return new Set(wordsOf(text).flatMap((word) => gramsFrom(Array.from(word), 0)));
}

/** Of each range, a text that has the word has a gram. */
export function gramRanges(word: string): readonly GramRange[] {
  const characters = Array.from(word);
  if (characters.length < gramLength) return [{ from: word, to: word + AFTER_CHARACTERS }];
  const whole = new Set(gramsFrom(characters, gramLength - 1));
  return [...whole].map((gram) => ({ from: gram, to: gram }));
}

/** No word holds a space, which MySQL would ignore at the end of a gram. */
export function wordsOf(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

/** @param tail how many of the last places are left out */
function gramsFrom(characters: readonly string[], tail: number): readonly string[] {
  const places = characters.slice(0, characters.length - tail);
  return places.map((_, place) => characters.slice(place, place + gramLength).join(''));
}
