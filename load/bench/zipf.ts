/** Numbers from 0 up to 1 that are the same on every run: mulberry32, which is no secret's source. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Draws 1 to `count`, each number `n` with a probability in proportion to `1/n`: Zipf's law. */
export function zipf(count: number, random: () => number): () => number {
  const upTo: number[] = [];
  let sum = 0;
  for (let n = 1; n <= count; n += 1) upTo.push((sum += 1 / n));
  return () => {
    const target = random() * sum;
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((upTo[middle] ?? sum) < target) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  };
}
