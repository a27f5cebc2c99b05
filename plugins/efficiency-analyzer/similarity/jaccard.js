/**
 * The share that two sets have in common; 1 when both are empty.
 *
 * @param {ReadonlySet<string>} left
 * @param {ReadonlySet<string>} right
 */
export function jaccard(left, right) {
  const common = left.intersection(right).size;
  const union = left.size + right.size - common;
  return union === 0 ? 1 : common / union;
}
