import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { ConvertedContent } from './convert.js';

/**
 * The digest under which the server lists a version with this content: SHA-256 over the RFC 8785
 * text of `{content, format: 1, lock}`, with the empty lock of a text that includes nothing.
 */
export function digestOf(content: ConvertedContent): string {
  const text = canonicalize({ content, format: 1, lock: [] });
  if (text === undefined) throw new Error('content is always a JSON value');
  return `sha256:${hash('sha256', text, 'hex')}`;
}
