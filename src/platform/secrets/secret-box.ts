import { randomBytes } from 'node:crypto';
import { decrypt, encrypt } from './aes-gcm.js';
import type { KeyEncryptionKeys } from './key-encryption-keys.js';
import { formatSealed, parseSealed, type SealedParts } from './sealed-text.js';
import { boundTo, type SecretPlace } from './secret-place.js';

const dataKeyBytes = 32;

/** The key that a secret is under is not among those of this instance. */
export class UnknownSecretKey extends Error {
  constructor(readonly keyId: string) {
    super(`no key ${keyId}`);
  }
}

/** Not what was sealed for this place: changed, cut off, or sealed for another one. */
export class DamagedSecret extends Error {}

/**
 * Envelope encryption. A secret is encrypted with a data key of its own, and that key with a
 * key-encryption key, so that another key-encryption key takes effect without a look at the secret:
 *
 *   key-encryption key --AES-256-GCM--> data key --AES-256-GCM--> secret
 *                              \____ both bound to the place ____/
 *
 * What the errors say may be shown. A ciphertext is as long as its secret, and an older one of the
 * same place opens too: who can write to the database can bring back what was there before.
 */
export class SecretBox {
  constructor(readonly keys: KeyEncryptionKeys) {}

  /** @throws Error for a text with lone surrogates, which UTF-8 cannot hold */
  seal(place: SecretPlace, secret: string): string {
    if (!secret.isWellFormed()) throw new Error('a secret must be well-formed Unicode');
    const to = boundTo(place);
    const dataKey = randomBytes(dataKeyBytes);
    const value = encrypt(Buffer.from(secret), { key: dataKey, to });
    return this.wrap(dataKey, value, to);
  }

  /** @throws UnknownSecretKey, DamagedSecret */
  open(place: SecretPlace, sealed: string): string {
    const parts = parse(sealed);
    const to = boundTo(place);
    const secret = decrypt(parts.value, { key: this.unwrap(parts, to), to });
    if (!secret) throw new DamagedSecret();
    return secret.toString();
  }

  /**
   * The same ciphertext with its data key wrapped by the current key.
   *
   * @throws UnknownSecretKey, DamagedSecret when the data key cannot be unwrapped for this place
   */
  rewrap(place: SecretPlace, sealed: string): string {
    const parts = parse(sealed);
    const to = boundTo(place);
    return this.wrap(this.unwrap(parts, to), parts.value, to);
  }

  private wrap(dataKey: Buffer, value: Uint8Array, to: Buffer): string {
    const { id: keyId, wrapping } = this.keys.current;
    return formatSealed({ keyId, wrappedKey: encrypt(dataKey, { key: wrapping, to }), value });
  }

  private unwrap({ keyId, wrappedKey }: SealedParts, to: Buffer): Buffer {
    const key = this.keys.find(keyId);
    if (!key) throw new UnknownSecretKey(keyId);
    const dataKey = decrypt(wrappedKey, { key: key.wrapping, to });
    if (dataKey?.length !== dataKeyBytes) throw new DamagedSecret();
    return dataKey;
  }
}

function parse(sealed: string): SealedParts {
  const parts = parseSealed(sealed);
  if (!parts) throw new DamagedSecret();
  return parts;
}
