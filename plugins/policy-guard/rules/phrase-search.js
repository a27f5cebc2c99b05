/**
 * A phrase that is searched for, and the symbols that it consists of: its words, or its characters.
 *
 * @typedef {{ text: string, symbols: readonly string[] }} Phrase
 */

/**
 * What has been read so far, as far as some phrase begins with it.
 *
 * @typedef {object} Node
 * @property {Map<string, Node>} next
 * @property {Node | undefined} shorter the longest other one that it ends with
 * @property {Phrase | undefined} phrase that it is
 * @property {Node | undefined} within the longest other one that it ends with and that is a phrase
 */

/**
 * Finds many phrases in one pass (Aho and Corasick, 1975): whatever the phrases and the text are, a
 * search takes time in the length of the text alone.
 */
export class PhraseSearch {
  /** @type {Node} */
  #root = newNode();

  /** @param {readonly Phrase[]} phrases of one symbol at least; of those that are spelled alike one is found */
  constructor(phrases) {
    for (const phrase of phrases) this.#add(phrase);
    this.#link();
  }

  /**
   * @param {ArrayLike<string>} symbols
   * @returns {Map<string, number>} the phrases that are there, by the symbol at which each begins first
   */
  firstPlaces(symbols) {
    /** @type {Map<string, number>} */
    const places = new Map();
    if (this.#root.next.size === 0) return places;
    let node = this.#root;
    for (let at = 0; at < symbols.length; at += 1) {
      node = follow(node, symbols[at] ?? '') ?? this.#root;
      let found = node.phrase ? node : node.within;
      // Where one has been found before, those within it have been too.
      while (found?.phrase && !places.has(found.phrase.text)) {
        places.set(found.phrase.text, at + 1 - found.phrase.symbols.length);
        found = found.within;
      }
    }
    return places;
  }

  /** @param {Phrase} phrase */
  #add(phrase) {
    let node = this.#root;
    for (const symbol of phrase.symbols) {
      const next = node.next.get(symbol) ?? newNode();
      node.next.set(symbol, next);
      node = next;
    }
    node.phrase = phrase;
  }

  /** The shorter ones first, because the longer ones are linked through them. */
  #link() {
    const waiting = [this.#root];
    for (const node of waiting) {
      for (const [symbol, next] of node.next) {
        const shorter = follow(node.shorter, symbol) ?? this.#root;
        next.shorter = shorter;
        next.within = shorter.phrase ? shorter : shorter.within;
        waiting.push(next);
      }
    }
  }
}

/** @returns {Node} */
function newNode() {
  return { next: new Map(), shorter: undefined, phrase: undefined, within: undefined };
}

/**
 * @param {Node | undefined} from
 * @param {string} symbol
 */
function follow(from, symbol) {
  for (let node = from; node; node = node.shorter) {
    const next = node.next.get(symbol);
    if (next) return next;
  }
  return undefined;
}
