/**
 * Runs of letters, marks and digits, with apostrophes inside; each character of a script without
 * spaces between words is a word of its own.
 */
const unspaced = '[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}]';
const letter = `[[\\p{L}\\p{M}\\p{N}]--${unspaced}]`;
const word = new RegExp(`${unspaced}|${letter}+(?:'${letter}+)*`, 'gv');

/**
 * The words of a text in lower case.
 *
 * @param {string} text
 * @returns {string[]}
 */
export function wordsOf(text) {
  return text.replaceAll('’', "'").toLowerCase().match(word) ?? [];
}

/**
 * Phrases of one to three words with a space between, to be looked for in a text.
 *
 * @typedef {{ all: ReadonlySet<string>, firstWords: ReadonlySet<string> }} Phrases
 */

/**
 * @param {Iterable<string>} phrases
 * @returns {Phrases}
 */
export function phrasesOf(phrases) {
  const all = new Set(phrases);
  return { all, firstWords: new Set([...all].map((phrase) => phrase.split(' ')[0] ?? '')) };
}

/**
 * How often each phrase stands among the words. Of phrases that begin at the same word the
 * longest counts, and no word counts twice.
 *
 * @param {string[]} words
 * @param {Phrases} phrases
 * @returns {Map<string, number>} only what was found, in the order of the text
 */
export function countPhrases(words, { all, firstWords }) {
  /** @type {Map<string, number>} */
  const found = new Map();
  for (let at = 0; at < words.length;) {
    const length = firstWords.has(words[at] ?? '') ? longestAt(words, at, all) : 0;
    if (length > 0) {
      const phrase = words.slice(at, at + length).join(' ');
      found.set(phrase, (found.get(phrase) ?? 0) + 1);
    }
    at += Math.max(1, length);
  }
  return found;
}

/**
 * How many words the longest of the phrases has that begin at a word; 0 when none does.
 *
 * @param {string[]} words
 * @param {number} at
 * @param {ReadonlySet<string>} phrases
 */
export function longestAt(words, at, phrases) {
  return [3, 2, 1].find((size) => phrases.has(words.slice(at, at + size).join(' '))) ?? 0;
}

/** @param {Map<string, number>} counts */
export function sumOf(counts) {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}
