import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/** A key that encrypts one thing, or that encrypts far less than 2^32 things with random nonces. */
interface Bound {
  readonly key: KeyObject | Uint8Array;
  /** Additional authenticated data: what opens must give the same. */
  readonly to: Uint8Array;
}

/** AES-256-GCM (NIST SP 800-38D) with a random nonce: nonce, ciphertext, tag, one after another. */
export function encrypt(data: Uint8Array, { key, to }: Bound): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(to);
  return Buffer.concat([nonce, cipher.update(data), cipher.final(), cipher.getAuthTag()]);
}

/** Undefined when a bit differs, the key or what it is bound to is another, or bytes are missing. */
export function decrypt(sealed: Uint8Array, { key, to }: Bound): Buffer | undefined {
  if (sealed.length < nonceBytes + tagBytes) return undefined;
  const nonce = sealed.subarray(0, nonceBytes);
  const tag = sealed.subarray(-tagBytes);
  // SECURITY: without the length, a tag that was cut to four bytes would be checked as it is.
  const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes });
  decipher.setAAD(to).setAuthTag(tag);
  const data = decipher.update(sealed.subarray(nonceBytes, -tagBytes));
  try {
    return Buffer.concat([data, decipher.final()]);
  } catch {
    return undefined;
  }
}
