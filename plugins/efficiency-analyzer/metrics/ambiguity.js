import { countPhrases, phrasesOf, sumOf } from '../text/words.js';

/** Words that mean something else to everybody who reads them. */
const vague = phrasesOf([
  'a bit',
  'a few',
  'a lot',
  'about',
  'adequate',
  'and so on',
  'appropriate',
  'appropriately',
  'approximately',
  'as appropriate',
  'as needed',
  'as necessary',
  'better',
  'certain',
  'etc',
  'fairly',
  'few',
  'good',
  'interesting',
  'kind of',
  'many',
  'nice',
  'properly',
  'quite',
  'rather',
  'reasonable',
  'relevant',
  'several',
  'some',
  'somehow',
  'something',
  'sometimes',
  'somewhat',
  'soon',
  'sort of',
  'stuff',
  'suitable',
  'things',
  'various',
  'well',
  'whatever',
  'where appropriate',
]);

/**
 * Ambiguity: five vague words in a hundred, or more, are 1.
 *
 * @param {string[]} words
 */
export function ambiguityOf(words) {
  const found = countPhrases(words, vague);
  const score = words.length === 0 ? 0 : Math.min(1, (20 * sumOf(found)) / words.length);
  const terms = [...found].map(([term, count]) => ({ term, count }));
  terms.sort((a, b) => b.count - a.count || (a.term < b.term ? -1 : 1));
  return { score, terms: terms.slice(0, 10) };
}
