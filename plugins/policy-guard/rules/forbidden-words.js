import { PhraseSearch } from './phrase-search.js';
import { linesOf, templatesOf } from './strings.js';

/** @import { Content } from 'promptd:api' */
/** @import { Finding } from './check-content.js' */

const word = /[\p{L}\p{M}\p{N}]+/gu;
/** Scripts that put no spaces between words: there a forbidden word is any part of a text. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

/**
 * Whole words, whatever their case and form of writing; what has no letter, such as `***`, anywhere.
 * One finding for each.
 *
 * @param {Content} content
 * @param {string[]} forbidden
 * @returns {Finding[]}
 */
export function forbiddenWordsIn(content, forbidden) {
  if (forbidden.length === 0) return [];
  const firstLines = searchFor(forbidden);
  /** @type {Map<string, Finding>} */
  const findings = new Map();
  for (const { path, text } of templatesOf(content)) {
    for (const [phrase, line] of firstLines(text)) {
      if (findings.has(phrase)) continue;
      const what = `has the forbidden word "${phrase}"; choose another`;
      findings.set(phrase, { rule: 'forbidden-words', where: `${path} line ${line}`, what });
    }
  }
  return [...findings.values()];
}

/**
 * @param {string[]} forbidden
 * @returns {(text: string) => Map<string, number>} those that a text has, with the line in which each begins
 */
function searchFor(forbidden) {
  const phrases = forbidden.map((text) => ({ text, words: wordsOf(text).map(({ text }) => text) }));
  const inWords = new PhraseSearch(
    phrases
      .filter(({ words }) => words.length > 0)
      .map(({ text, words }) => ({ text, symbols: words })),
  );
  const anywhere = new PhraseSearch(
    phrases
      .filter(({ text, words }) => unspaced.test(text) || words.length === 0)
      .map(({ text }) => ({ text, symbols: text.toLowerCase().split('') })),
  );
  return (text) => {
    /** @type {Map<string, number>} */
    const lines = new Map();
    const words = wordsOf(text);
    const lineOf = linesOf(text);
    for (const [phrase, at] of inWords.firstPlaces(words.map(({ text }) => text))) {
      lines.set(phrase, lineOf(words[at]?.index ?? 0));
    }
    const folded = text.toLowerCase();
    const lineOfFolded = linesOf(folded);
    for (const [phrase, at] of anywhere.firstPlaces(folded)) lines.set(phrase, lineOfFolded(at));
    return lines;
  };
}

/** @param {string} text */
function wordsOf(text) {
  return [...text.matchAll(word)].map((found) => ({
    text: found[0].slice(0, 100).normalize('NFKC').toLowerCase(),
    index: found.index,
  }));
}
