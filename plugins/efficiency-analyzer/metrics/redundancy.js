import { wordsOf } from '../text/words.js';

/** Fewer words come again in any prose. */
const windowWords = 5;

/**
 * Redundancy: the share of runs of five words that stood in the text before, and the sentences of at
 * least that length that stand in it more than once.
 *
 * @param {string[]} words
 * @param {string[]} sentences
 */
export function redundancyOf(words, sentences) {
  const windows = Math.max(0, words.length - windowWords + 1);
  const seen = new Set();
  for (let at = 0; at < windows; at += 1) {
    seen.add(words.slice(at, at + windowWords).join(' '));
  }
  return {
    score: windows === 0 ? 0 : 1 - seen.size / windows,
    repeatedSentences: repeated(sentences),
  };
}

/** @param {string[]} sentences */
function repeated(sentences) {
  /** @type {Map<string, { sentence: string, times: number }>} */
  const found = new Map();
  for (const sentence of sentences) {
    const words = wordsOf(sentence);
    if (words.length < windowWords) continue;
    const key = words.join(' ');
    const before = found.get(key);
    if (before === undefined) found.set(key, { sentence: sentence.slice(0, 200), times: 1 });
    else before.times += 1;
  }
  return [...found.values()].filter(({ times }) => times > 1).slice(0, 10);
}
