const { imul } = Math;

/**
 * The tokens of an encoding with their ranks, in typed arrays: all bytes one after another, where
 * each token begins, and a hash table of ranks with open addressing. As strings in a Map the same
 * takes 40 to 80 MB; this takes 3 and 6.
 */
export class RankTable {
  /** @type {Uint8Array} */
  #bytes;
  /** @type {Int32Array} */
  #starts;
  /** @type {Int32Array} a rank plus one; 0 is free */
  #slots;
  longest = 0;

  /** @param {string} base64Tokens in the order of their ranks, separated by spaces */
  constructor(base64Tokens) {
    this.#bytes = new Uint8Array(base64Tokens.length);
    const count = countTokens(base64Tokens);
    this.#starts = new Int32Array(count + 1);
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(count * 2)));
    this.#fill(base64Tokens);
  }

  /**
   * The rank of the token made of these bytes, -1 when there is none.
   *
   * @param {Uint8Array} bytes
   * @param {number} from
   * @param {number} to
   */
  rankOf(bytes, from, to) {
    if (to - from > this.longest) return -1;
    const mask = this.#slots.length - 1;
    for (let slot = hash(bytes, from, to) & mask; ; slot = (slot + 1) & mask) {
      const rank = /** @type {number} */ (this.#slots[slot]) - 1;
      if (rank < 0 || this.#is(rank, bytes, from, to)) return rank;
    }
  }

  /** @param {string} base64Tokens */
  #fill(base64Tokens) {
    let end = 0;
    let rank = 0;
    for (let at = 0; at < base64Tokens.length; at += 1) {
      let bits = 0;
      let held = 0;
      for (; at < base64Tokens.length && base64Tokens.charCodeAt(at) !== 32; at += 1) {
        const value = base64Value(base64Tokens.charCodeAt(at));
        if (value < 0) continue;
        held = ((held << 6) | value) & 0xffff;
        bits += 6;
        if (bits >= 8) {
          bits -= 8;
          this.#bytes[end++] = held >> bits;
        }
      }
      this.#add(rank, end);
      rank += 1;
    }
    this.#bytes = this.#bytes.slice(0, end);
  }

  /**
   * @param {number} rank
   * @param {number} end of its bytes, which have been written
   */
  #add(rank, end) {
    const start = /** @type {number} */ (this.#starts[rank]);
    this.#starts[rank + 1] = end;
    this.longest = Math.max(this.longest, end - start);
    const mask = this.#slots.length - 1;
    let slot = hash(this.#bytes, start, end) & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = rank + 1;
  }

  /**
   * @param {number} rank
   * @param {Uint8Array} bytes
   * @param {number} from
   * @param {number} to
   */
  #is(rank, bytes, from, to) {
    const start = /** @type {number} */ (this.#starts[rank]);
    if (/** @type {number} */ (this.#starts[rank + 1]) - start !== to - from) return false;
    for (let at = from; at < to; at += 1) {
      if (bytes[at] !== this.#bytes[start + at - from]) return false;
    }
    return true;
  }
}

/** @param {string} text */
function countTokens(text) {
  let count = 1;
  for (let at = text.indexOf(' '); at >= 0; at = text.indexOf(' ', at + 1)) count += 1;
  return count;
}

/**
 * FNV-1a, with its high bits folded in because the table looks at the low ones.
 *
 * @param {Uint8Array} bytes
 * @param {number} from
 * @param {number} to
 */
function hash(bytes, from, to) {
  let value = 0x811c9dc5;
  for (let at = from; at < to; at += 1) {
    value = imul(value ^ /** @type {number} */ (bytes[at]), 0x01000193);
  }
  return value ^ (value >>> 15);
}

/** @param {number} code */
function base64Value(code) {
  if (code >= 97) return code <= 122 ? code - 71 : -1;
  if (code >= 65) return code <= 90 ? code - 65 : -1;
  if (code >= 48) return code <= 57 ? code + 4 : -1;
  if (code === 43) return 62;
  return code === 47 ? 63 : -1;
}
