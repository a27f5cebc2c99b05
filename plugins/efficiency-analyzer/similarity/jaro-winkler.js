/**
 * Similarity by M. A. Jaro (1989) with the bonus for a common prefix by W. E. Winkler (1990): a
 * tenth for each of the first four characters, given above 0.7 as in his program. 1 for equal texts, 0
 * when nothing matches. Characters are UTF-16 units.
 *
 * The textbook looks for each character's partner through its whole window, which is quadratic.
 * Windows only move forward, so one queue of places for each character finds the same partners in
 * one pass. Which of two texts is read first can change the transpositions; the shorter one
 * is, so that the measure is symmetric.
 *
 * @param {string} left
 * @param {string} right
 */
export function jaroWinkler(left, right) {
  if (left === right) return 1;
  const swap = left.length > right.length || (left.length === right.length && left > right);
  const similarity = swap ? jaro(right, left) : jaro(left, right);
  if (similarity <= 0.7) return similarity;
  let prefix = 0;
  while (prefix < 4 && prefix < left.length && left[prefix] === right[prefix]) prefix += 1;
  return similarity + prefix * 0.1 * (1 - similarity);
}

/**
 * @param {string} short
 * @param {string} long
 */
function jaro(short, long) {
  const window = Math.max(0, (long.length >> 1) - 1);
  const queues = queuesOf(long);
  const taken = new Uint8Array(long.length);
  /** @type {number[]} */
  const matched = [];
  for (let at = 0; at < short.length; at += 1) {
    const queue = queues.get(short.charCodeAt(at));
    if (queue === undefined) continue;
    const { places } = queue;
    let place = places[queue.next];
    while (place !== undefined && place < at - window) place = places[++queue.next];
    if (place === undefined || place > at + window) continue;
    queue.next += 1;
    taken[place] = 1;
    matched.push(short.charCodeAt(at));
  }
  const matches = matched.length;
  if (matches === 0) return 0;
  const moved = transpositions(matched, long, taken);
  return (matches / short.length + matches / long.length + (matches - moved) / matches) / 3;
}

/**
 * Half the number of matched characters that stand in another order.
 *
 * @param {number[]} matched
 * @param {string} long
 * @param {Uint8Array} taken
 */
function transpositions(matched, long, taken) {
  let next = 0;
  let differing = 0;
  for (let at = 0; at < long.length; at += 1) {
    if (taken[at] === 0) continue;
    if (long.charCodeAt(at) !== matched[next]) differing += 1;
    next += 1;
  }
  return Math.floor(differing / 2);
}

/** @param {string} text */
function queuesOf(text) {
  /** @type {Map<number, { next: number, places: number[] }>} */
  const queues = new Map();
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    const queue = queues.get(code);
    if (queue === undefined) queues.set(code, { next: 0, places: [at] });
    else queue.places.push(at);
  }
  return queues;
}
