import { tokens as cl100kTokens } from '../vendor/cl100k-base.js';
import { tokens as o200kTokens } from '../vendor/o200k-base.js';
import { BytePairs } from './byte-pairs.js';
import { RankTable } from './rank-table.js';
import { writeUtf8 } from './utf8.js';

/**
 * How each encoding cuts text into pieces before bytes are joined: tiktoken's own expressions, with
 * `\s` as Unicode's white space and the letters that ignore case spelled out, since JavaScript's `\s`
 * and Rust's differ. Every alternative gives up after one pass over what it has matched.
 */
const space = '\\p{White_Space}';
const other = `[^${space}\\p{L}\\p{N}]`;
const contraction = "'(?:[sSſ]|[tT]|[rR][eE]|[vV][eE]|[mM]|[lL][lL]|[dD])";
const upper = '[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]';
const lower = '[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]';
const lead = '[^\\r\\n\\p{L}\\p{N}]?';

const encodings = {
  cl100k_base: {
    tokens: cl100kTokens,
    pieces: [
      contraction,
      `${lead}\\p{L}+`,
      '\\p{N}{1,3}',
      ` ?${other}+[\\r\\n]*`,
      `${space}+$`,
      `${space}*[\\r\\n]`,
      `${space}+(?!\\P{White_Space})`,
      space,
    ].join('|'),
  },
  o200k_base: {
    tokens: o200kTokens,
    pieces: [
      `${lead}${upper}*${lower}+(?:${contraction})?`,
      `${lead}${upper}+${lower}*(?:${contraction})?`,
      '\\p{N}{1,3}',
      ` ?${other}+[\\r\\n/]*`,
      `${space}*[\\r\\n]+`,
      `${space}+(?!\\P{White_Space})`,
      `${space}+`,
    ].join('|'),
  },
};

/** @typedef {keyof typeof encodings} EncodingName */

export const encodingNames = /** @type {EncodingName[]} */ (Object.keys(encodings));

/** @type {Map<EncodingName, (text: string) => number>} */
const counters = new Map();

/**
 * The number of tokens of a text, in which nothing is a special token: `<|endoftext|>` counts as the
 * characters that it is. The tables of an encoding are made when it is first asked for.
 *
 * @param {string} text
 * @param {EncodingName} encoding
 */
export function countTokens(text, encoding) {
  let counter = counters.get(encoding);
  if (counter === undefined) {
    counter = counterOf(encodings[encoding]);
    counters.set(encoding, counter);
  }
  return counter(text);
}

/** @param {{ tokens: () => string, pieces: string }} encoding */
function counterOf({ tokens, pieces }) {
  const pattern = new RegExp(pieces, 'gu');
  const pairs = new BytePairs(new RankTable(tokens()));
  let bytes = new Uint8Array(256);
  return (/** @type {string} */ text) => {
    let count = 0;
    for (const [piece] of text.matchAll(pattern)) {
      if (piece.length * 3 > bytes.length) bytes = new Uint8Array(piece.length * 3);
      count += pairs.count(bytes, writeUtf8(piece, bytes));
    }
    return count;
  };
}
