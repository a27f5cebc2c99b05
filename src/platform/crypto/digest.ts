import { hash } from 'node:crypto';
import { canonicalJson } from './canonical.js';

export type Digest = `sha256:${string}`;

/** SHA-256 in lower-case hex; a string is hashed as UTF-8. */
export function sha256Hex(data: string | Uint8Array): string {
  return hash('sha256', data, 'hex');
}

/** The digest of a JSON value, over the UTF-8 bytes of its RFC 8785 text. */
export function digestOf(value: unknown): Digest {
  return `sha256:${sha256Hex(canonicalJson(value))}`;
}
