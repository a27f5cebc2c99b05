import { isoTime } from '../../platform/time/index.js';
import type { Version } from './version.js';

/** Part of the ETag: raised when the body of a version is ever written differently. */
export const BODY_FORMAT = 1;

/**
 * The answer that shows one version. It holds only what was fixed at publish, so that a version has
 * one body for ever, and it is ASCII, so that its length in characters is its length in bytes.
 *
 * @param content canonical JSON, which goes in as it is
 */
export function versionBody(
  project: string,
  name: string,
  version: Version,
  content: string,
): string {
  const { version: number, ordinal, digest } = version;
  const head = JSON.stringify({ project, name, version: number, ordinal, digest });
  const tail = JSON.stringify({
    provenance: version.provenance,
    lock: version.lock,
    changelog: version.changelog,
    createdAt: isoTime(version.createdAtMs),
    createdBy: version.createdBy,
    signature: version.signature,
  });
  return asciiJson(`${head.slice(0, -1)},"content":${content},${tail.slice(1)}`);
}

/** Outside of strings JSON is ASCII already, and inside them an escape means the same. */
function asciiJson(json: string): string {
  const ascii = json.replaceAll(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  if (ascii.length === json.length) return json;
  // V8 keeps what was made of a wide text wide: two bytes for each character of a body in the cache.
  return Buffer.from(ascii, 'latin1').toString('latin1');
}

/** A strong validator: the same for the same bytes, on every instance. */
export function versionETag(digest: string): string {
  return `"${digest}-${BODY_FORMAT}"`;
}
