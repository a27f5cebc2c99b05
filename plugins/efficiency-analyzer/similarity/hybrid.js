import { wordsOf } from '../text/words.js';
import { jaccard } from './jaccard.js';
import { jaroWinkler } from './jaro-winkler.js';
import { levenshtein } from './levenshtein.js';

/**
 * @typedef {object} Similarity
 * @property {number} score `0.45 levenshtein + 0.35 jaroWinkler + 0.20 jaccard`
 * @property {number} levenshtein
 * @property {import('./levenshtein.js').Unit} levenshteinUnit
 * @property {number} jaroWinkler
 * @property {number} jaccard of the sets of words
 */

/**
 * How alike two texts are, from 0 to 1.
 *
 * @param {string} left
 * @param {string} right
 * @returns {Similarity}
 */
export function similarityOf(left, right) {
  const { similarity, unit } = levenshtein(left, right);
  const winkler = jaroWinkler(left, right);
  const words = jaccard(new Set(wordsOf(left)), new Set(wordsOf(right)));
  return {
    score: 0.45 * similarity + 0.35 * winkler + 0.2 * words,
    levenshtein: similarity,
    levenshteinUnit: unit,
    jaroWinkler: winkler,
    jaccard: words,
  };
}
