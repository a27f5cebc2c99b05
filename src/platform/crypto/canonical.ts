import canonicalize from 'canonicalize';

/**
 * The RFC 8785 (JCS) text of a JSON value: the same value has the same text whatever the order of
 * its keys.
 *
 * @throws Error for what has no such text: NaN, infinities, lone surrogates, cycles, `undefined`
 */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new Error('only a JSON value has a canonical text');
  return text;
}
