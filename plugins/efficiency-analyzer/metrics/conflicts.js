import { longestAt, phrasesOf, wordsOf } from '../text/words.js';

/** @typedef {{ topic: string, one: string, other: string }} Conflict */

/**
 * What cannot be asked for together, by topic: words of the one wish and of the other.
 *
 * @type {[string, string[], string[]][]}
 */
const opposedWords = [
  [
    'length',
    ['brief', 'briefly', 'concise', 'concisely', 'terse'],
    ['comprehensive', 'detailed', 'exhaustive', 'lengthy', 'thorough'],
  ],
  ['tone', ['formal', 'formally'], ['casual', 'casually', 'informal', 'slang']],
  ['voice', ['serious'], ['humorous', 'funny', 'playful']],
];
const opposites = opposedWords.map(([topic, one, other]) => ({
  topic,
  one: new Set(one),
  other: new Set(other),
}));

/** A sentence forbids what follows these, and orders what follows the others. */
const forbids = phrasesOf([
  'do not',
  "don't",
  'must not',
  "mustn't",
  'never',
  'avoid',
  'should not',
  "shouldn't",
  'cannot',
  "can't",
]);
const orders = phrasesOf([
  'always',
  'must',
  'should',
  'shall',
  'make sure to',
  'ensure to',
  'please',
  'do',
]);
/** Says nothing about what is meant. */
const fillers = new Set([
  'a',
  'an',
  'any',
  'the',
  'to',
  'use',
  'your',
  'you',
  'ever',
  'please',
  'always',
  'also',
  'i',
  'in',
]);

/**
 * Instruction conflicts: an order and its prohibition, or wishes that exclude each other, in
 * sentences of the prompt. One of each topic is reported. The score nears 1 with their number.
 *
 * @param {string[]} sentences
 */
export function conflictsOf(sentences) {
  const read = sentences.map((sentence) => {
    const words = wordsOf(sentence);
    return { sentence, words, ...orderOf(words) };
  });
  const found = [...opposed(read), ...contradicted(read)];
  return { score: 1 - 1 / (1 + found.length), conflicts: found.slice(0, 20) };
}

/** @typedef {{ sentence: string, words: string[], sign: number, topic: string }} Read */

/**
 * @param {Read[]} sentences
 * @returns {Conflict[]}
 */
function opposed(sentences) {
  // What a sentence forbids it does not wish.
  const wishes = sentences.filter(({ sign }) => sign > 0);
  return opposites.flatMap(({ topic, one, other }) => {
    const first = wishes.find(({ words }) => words.some((word) => one.has(word)));
    const second = wishes.find(({ words }) => words.some((word) => other.has(word)));
    if (first === undefined || second === undefined) return [];
    return [{ topic, one: quoted(first), other: quoted(second) }];
  });
}

/**
 * @param {Read[]} sentences
 * @returns {Conflict[]}
 */
function contradicted(sentences) {
  /** @type {Map<string, { order?: Read, prohibition?: Read }>} */
  const topics = new Map();
  for (const one of sentences) {
    const { sign, topic } = one;
    if (topic === '') continue;
    const entry = topics.get(topic) ?? {};
    topics.set(topic, entry);
    if (sign > 0) entry.order ??= one;
    else entry.prohibition ??= one;
  }
  return [...topics].flatMap(([topic, { order, prohibition }]) =>
    order === undefined || prohibition === undefined
      ? []
      : [{ topic, one: quoted(order), other: quoted(prohibition) }],
  );
}

/**
 * Whether a sentence orders or forbids, and what: the first two words of weight that follow.
 *
 * @param {string[]} words
 */
function orderOf(words) {
  const negative = after(words, forbids);
  const from = negative ?? after(words, orders) ?? 0;
  const topic = words
    .slice(from, from + 12)
    .filter((word) => !fillers.has(word))
    .slice(0, 2);
  return { sign: negative === undefined ? 1 : -1, topic: topic.length < 2 ? '' : topic.join(' ') };
}

/**
 * Where the sentence goes on after one of the phrases, if it begins with it or nearly so.
 *
 * @param {string[]} words
 * @param {import('../text/words.js').Phrases} phrases
 */
function after(words, { all, firstWords }) {
  for (let at = 0; at < Math.min(words.length, 8); at += 1) {
    if (!firstWords.has(words[at] ?? '')) continue;
    const length = longestAt(words, at, all);
    if (length > 0) return at + length;
  }
  return undefined;
}

/** @param {Read} read */
function quoted({ sentence }) {
  return sentence.slice(0, 200);
}
