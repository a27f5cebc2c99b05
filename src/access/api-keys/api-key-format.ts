import { crc32 } from 'node:zlib';
import { base62Alphabet, randomBase62 } from '../../platform/crypto/index.js';

const marker = 'pdk_';
const bodyLength = 32;
const checksumLength = 6;
const shape = new RegExp(`^${marker}[0-9A-Za-z]{${bodyLength + checksumLength}}$`);
const shownLength = marker.length + 4;

/**
 * A new API key: `pdk_`, 32 random base62 characters (190 bits) and the CRC-32 of those 32 as six
 * base62 digits. The fixed marker and the checksum let secret scanners find leaked keys without
 * guessing.
 */
export function mintApiKey(): string {
  const body = randomBase62(bodyLength);
  return marker + body + checksumOf(body);
}

/**
 * Whether a text could be a key at all. A wrong one is refused without a look at the database; a
 * right one proves nothing.
 */
export function isWellFormedApiKey(text: string): boolean {
  if (!shape.test(text)) return false;
  const body = text.slice(marker.length, -checksumLength);
  return text.endsWith(checksumOf(body));
}

/** The part of a key that may be shown and logged, such as `pdk_Ab3d`; it leaves 166 secret bits. */
export function apiKeyPrefix(key: string): string {
  return key.slice(0, shownLength);
}

function checksumOf(body: string): string {
  let rest = crc32(body);
  let digits = '';
  for (let place = 0; place < checksumLength; place += 1) {
    digits = base62Alphabet.charAt(rest % 62) + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}
