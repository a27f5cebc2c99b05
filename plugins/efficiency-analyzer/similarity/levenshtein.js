import { wordsOf } from '../text/words.js';
import { distance } from '../vendor/fastest-levenshtein.js';

/**
 * What one comparison may cost, in pairs of units; the bit-parallel distance of G. Myers (1999) does
 * 32 at a step, and this takes it a hundredth of a second or two.
 */
const mostPairs = 1e8;

/**
 * @typedef {'characters' | 'words' | 'bag-of-words'} Unit what was compared
 * @typedef {{ similarity: number, unit: Unit }} Compared
 */

/**
 * One minus the Levenshtein distance over the length of the longer text. Of texts that differ over
 * more than some ten thousand characters the words are compared in the same way, and of those that
 * differ over as many words the bags of words, whose distance is at most Levenshtein's
 * (Bartolini et al., 2002). `unit` says which it was.
 *
 * @param {string} left
 * @param {string} right
 * @param {number} [pairs]
 * @returns {Compared}
 */
export function levenshtein(left, right, pairs = mostPairs) {
  const longest = Math.max(left.length, right.length);
  if (longest === 0) return { similarity: 1, unit: 'characters' };
  const [a, b] = withoutCommonEnds(left, right);
  if (a.length * b.length <= pairs) {
    return { similarity: 1 - distance(a, b) / longest, unit: 'characters' };
  }
  return ofWords(wordsOf(left), wordsOf(right), pairs);
}

/**
 * @param {string[]} left
 * @param {string[]} right
 * @param {number} pairs
 * @returns {Compared}
 */
function ofWords(left, right, pairs) {
  const longest = Math.max(1, left.length, right.length);
  const codes = new Map([...new Set([...left, ...right])].map((word, index) => [word, index]));
  if (codes.size <= 0x10000) {
    const [a, b] = withoutCommonEnds(asText(left, codes), asText(right, codes));
    if (a.length * b.length <= pairs) {
      return { similarity: 1 - distance(a, b) / longest, unit: 'words' };
    }
  }
  return { similarity: 1 - bagDistance(left, right) / longest, unit: 'bag-of-words' };
}

/**
 * A text in which each word is one character.
 *
 * @param {string[]} words
 * @param {Map<string, number>} codes
 */
function asText(words, codes) {
  return words.map((word) => String.fromCharCode(codes.get(word) ?? 0)).join('');
}

/**
 * What two texts have in common at both ends costs nothing to edit.
 *
 * @param {string} left
 * @param {string} right
 * @returns {[string, string]}
 */
function withoutCommonEnds(left, right) {
  const most = Math.min(left.length, right.length);
  let start = 0;
  while (start < most && left.charCodeAt(start) === right.charCodeAt(start)) start += 1;
  let end = 0;
  while (
    end < most - start &&
    left.charCodeAt(left.length - 1 - end) === right.charCodeAt(right.length - 1 - end)
  ) {
    end += 1;
  }
  return [left.slice(start, left.length - end), right.slice(start, right.length - end)];
}

/**
 * @param {string[]} left
 * @param {string[]} right
 */
function bagDistance(left, right) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const word of left) counts.set(word, (counts.get(word) ?? 0) + 1);
  let common = 0;
  for (const word of right) {
    const count = counts.get(word) ?? 0;
    if (count > 0) {
      common += 1;
      counts.set(word, count - 1);
    }
  }
  return Math.max(left.length, right.length) - common;
}
