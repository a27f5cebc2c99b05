/** @import { RankTable } from './rank-table.js' */

const { floor } = Math;

/**
 * Counts the tokens of pieces of text by byte-pair encoding: the neighbours whose join has the
 * lowest rank are joined first, the leftmost of equals, until no join is a token. Candidates wait in
 * a heap, so that a piece of n bytes takes n log n steps: published JavaScript ports look at
 * all neighbours again after every join, which takes them minutes for one long word.
 */
export class BytePairs {
  /** @type {RankTable} */
  #ranks;
  #size = 0;
  /** Of the part that begins at a byte: where the next one and the one before begin. */
  #next = new Int32Array(0);
  #previous = new Int32Array(0);
  /** The rank of the join of the part that begins at a byte with its next; -1 for none. */
  #joins = new Int32Array(0);
  #heap = new Heap();

  /** @param {RankTable} ranks */
  constructor(ranks) {
    this.#ranks = ranks;
  }

  /**
   * @param {Uint8Array} bytes
   * @param {number} length how many of them are the piece
   */
  count(bytes, length) {
    if (length === 0) return 0;
    if (length === 1 || this.#ranks.rankOf(bytes, 0, length) >= 0) return 1;
    this.#begin(bytes, length);
    let parts = length;
    for (let key = this.#heap.take(); key >= 0; key = this.#heap.take()) {
      const at = key % positions;
      // A part that was joined since has another rank, or none.
      if (this.#joins[at] !== floor(key / positions)) continue;
      this.#join(bytes, length, at);
      parts -= 1;
    }
    return parts;
  }

  /**
   * @param {Uint8Array} bytes
   * @param {number} length
   */
  #begin(bytes, length) {
    if (this.#size < length) {
      this.#size = Math.max(64, length);
      this.#next = new Int32Array(this.#size);
      this.#previous = new Int32Array(this.#size);
      this.#joins = new Int32Array(this.#size);
    }
    for (let at = 0; at < length; at += 1) {
      this.#next[at] = at + 1;
      this.#previous[at] = at - 1;
    }
    for (let at = 0; at < length; at += 1) this.#consider(bytes, length, at);
  }

  /**
   * @param {Uint8Array} bytes
   * @param {number} length
   * @param {number} at
   */
  #join(bytes, length, at) {
    const joined = /** @type {number} */ (this.#next[at]);
    const after = /** @type {number} */ (this.#next[joined]);
    this.#joins[joined] = -1;
    this.#next[at] = after;
    if (after < length) this.#previous[after] = at;
    this.#consider(bytes, length, at);
    const before = /** @type {number} */ (this.#previous[at]);
    if (before >= 0) this.#consider(bytes, length, before);
  }

  /**
   * @param {Uint8Array} bytes
   * @param {number} length
   * @param {number} at
   */
  #consider(bytes, length, at) {
    const next = /** @type {number} */ (this.#next[at]);
    const end = next < length ? /** @type {number} */ (this.#next[next]) : -1;
    const rank = end < 0 ? -1 : this.#ranks.rankOf(bytes, at, end);
    this.#joins[at] = rank;
    if (rank >= 0) this.#heap.add(rank * positions + at);
  }
}

/** More than a piece has bytes; a rank times this is still exact in a double. */
const positions = 2 ** 24;

/** Of numbers, the lowest first. */
class Heap {
  /** @type {number[]} */
  #keys = [];

  /** @param {number} key */
  add(key) {
    const keys = this.#keys;
    let at = keys.length;
    keys.push(key);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = /** @type {number} */ (keys[parent]);
      if (above <= key) break;
      keys[at] = above;
      at = parent;
    }
    keys[at] = key;
  }

  /** -1 when there is none. */
  take() {
    const keys = this.#keys;
    const lowest = keys[0];
    const last = keys.pop();
    if (lowest === undefined || last === undefined) return -1;
    if (keys.length > 0) this.#sink(last);
    return lowest;
  }

  /** @param {number} key to put in place of the first */
  #sink(key) {
    const keys = this.#keys;
    let at = 0;
    for (let child = 1; child < keys.length; child = 2 * at + 1) {
      const right = keys[child + 1];
      if (right !== undefined && right < /** @type {number} */ (keys[child])) child += 1;
      const below = /** @type {number} */ (keys[child]);
      if (below >= key) break;
      keys[at] = below;
      at = child;
    }
    keys[at] = key;
  }
}
