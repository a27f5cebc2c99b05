import { wordsOf } from '../text/words.js';

/**
 * Readability: R. Flesch's reading ease (1948), `206.835 - 1.015 words/sentences - 84.6
 * syllables/words`, over a hundred and kept between 0 and 1. Null for a text whose letters are
 * mostly not Latin, of which it says nothing; for other languages than English it only compares.
 *
 * @param {string[]} sentences
 */
export function readabilityOf(sentences) {
  const words = sentences.flatMap((sentence) => wordsOf(sentence));
  const latin = words.filter((word) => /^[a-z'\u00e0-\u024f]+$/.test(word));
  if (latin.length * 2 < words.length || latin.length === 0) {
    return { score: null, fleschReadingEase: null, wordsPerSentence: null };
  }
  const wordsPerSentence = latin.length / sentences.length;
  const syllables = latin.reduce((sum, word) => sum + syllablesOf(word), 0);
  const ease = 206.835 - 1.015 * wordsPerSentence - (84.6 * syllables) / latin.length;
  return {
    score: Math.min(1, Math.max(0, ease / 100)),
    fleschReadingEase: ease,
    wordsPerSentence,
  };
}

/**
 * Groups of vowels, without a silent e at the end.
 *
 * @param {string} word
 */
function syllablesOf(word) {
  const groups = word.match(/[aeiouy\u00e0-\u00ff]+/g)?.length ?? 0;
  return Math.max(1, word.endsWith('e') && !word.endsWith('le') ? groups - 1 : groups);
}
