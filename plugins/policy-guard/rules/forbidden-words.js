import { lineOf, templatesOf } from './strings.js';

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
  const phrases = forbidden.map((text) => ({ text, words: wordsOf(text).map(({ text }) => text) }));
  /** @type {Map<string, Finding>} */
  const findings = new Map();
  for (const { path, text } of templatesOf(content)) {
    const found = [...firstPlaces(text, phrases)];
    for (const [phrase, line] of found.filter(([phrase]) => !findings.has(phrase))) {
      const what = `has the forbidden word "${phrase}"; choose another`;
      findings.set(phrase, { rule: 'forbidden-words', where: `${path} line ${line}`, what });
    }
  }
  return [...findings.values()];
}

/** @typedef {{ text: string, words: string[] }} Phrase */

/**
 * @param {string} text
 * @param {Phrase[]} phrases
 * @returns {Map<string, number>} the line in which each begins
 */
function firstPlaces(text, phrases) {
  const words = wordsOf(text);
  const spoken = new Map(phrases.map(({ text, words }) => [words.join(' '), text]));
  const lengths = new Map(
    [...Map.groupBy(phrases, ({ words }) => words[0] ?? '')].map(([first, beginning]) => [
      first,
      new Set(beginning.map(({ words }) => words.length)),
    ]),
  );
  /** @type {Map<string, number>} */
  const places = new Map();
  words.forEach(({ text: first, index }, at) => {
    for (const length of lengths.get(first) ?? []) {
      const found = spoken.get(
        words
          .slice(at, at + length)
          .map(({ text }) => text)
          .join(' '),
      );
      if (found !== undefined && !places.has(found)) places.set(found, lineOf(text, index));
    }
  });
  const folded = text.toLowerCase();
  const anywhere = phrases.filter(({ text, words }) => unspaced.test(text) || words.length === 0);
  for (const phrase of anywhere) {
    const index = folded.indexOf(phrase.text.toLowerCase());
    if (index >= 0) places.set(phrase.text, lineOf(folded, index));
  }
  return places;
}

/** @param {string} text */
function wordsOf(text) {
  return [...text.matchAll(word)].map((found) => ({
    text: found[0].slice(0, 100).normalize('NFKC').toLowerCase(),
    index: found.index,
  }));
}
