import { canonicalJson } from '../../platform/crypto/index.js';

/** Equality of JSON values, or of their absence; the order of keys does not count. */
export function sameJson(a: unknown, b: unknown): boolean {
  // Canonical text leaves out an undefined member, so wrapping makes absence comparable.
  return canonicalJson({ value: a }) === canonicalJson({ value: b });
}
