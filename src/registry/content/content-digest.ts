import { canonicalJson, type Digest, digestOf } from '../../platform/crypto/index.js';
import { type Content } from './content.js';

/** One included prompt as it was resolved at publish. */
export interface LockEntry {
  /** `name@version`, exact, inside the same project. */
  readonly ref: string;
  readonly digest: string;
}
export type Lock = readonly LockEntry[];

/** Changes only if the digest is ever taken over something else; then both are kept. */
const digestFormat = 1;

/** The text a version is stored and served as: RFC 8785, byte for byte. */
export function canonicalContent(content: Content): string {
  return canonicalJson(content);
}

/**
 * What names a version's meaning: `sha256:<hex>` over the RFC 8785 text of
 * `{content, format: 1, lock}`. The order of keys does not matter; the order of the lock does.
 */
export function contentDigest(content: Content, lock: Lock): Digest {
  return digestOf({ content, format: digestFormat, lock });
}
