import { countPhrases, phrasesOf, sumOf } from '../text/words.js';

/** Words that leave a model no choice, and words that leave it one. */
const strong = new Set([
  'always',
  'at least',
  'at most',
  'cannot',
  'do not',
  "don't",
  'ensure',
  'exactly',
  'forbidden',
  'mandatory',
  'may not',
  'must',
  'must not',
  'never',
  'no more than',
  'not allowed',
  'only',
  'required',
  'shall',
  'shall not',
  'strictly',
  'under no circumstances',
  "mustn't",
  "can't",
]);
const weak = new Set([
  'could',
  'feel free',
  'generally',
  'ideally',
  'if possible',
  'maybe',
  'might',
  'optionally',
  'perhaps',
  'prefer',
  'preferably',
  'should',
  'try',
  'try to',
  'usually',
  'where possible',
  'when possible',
  'may',
]);
const all = phrasesOf(strong.union(weak));

/**
 * Constraint strictness: the share of binding words among all words that bind or suggest; 0 for
 * a text without either.
 *
 * @param {string[]} words
 */
export function strictnessOf(words) {
  const found = countPhrases(words, all);
  const binding = new Map([...found].filter(([phrase]) => strong.has(phrase)));
  const directives = sumOf(found);
  const strongCount = sumOf(binding);
  return {
    score: directives === 0 ? 0 : strongCount / directives,
    strong: strongCount,
    weak: directives - strongCount,
  };
}
