/** A sealed secret in its parts. */
export interface SealedParts {
  /** The key-encryption key that wraps the data key. */
  readonly keyId: string;
  readonly wrappedKey: Uint8Array;
  readonly value: Uint8Array;
}

const shape = /^v1\.([0-9a-f]{16})\.([\w-]+)\.([\w-]+)$/;

/**
 * A sealed secret as it is stored, in base64url (RFC 4648, 5) without padding:
 *
 *   v1.<key id>.<nonce, wrapped data key, tag>.<nonce, ciphertext, tag>
 *
 * A change of anything that this version fixes (the ciphers, the derivation of keys, what the
 * layers are bound to) is a new version, and the old one stays readable.
 */
export function formatSealed({ keyId, wrappedKey, value }: SealedParts): string {
  return `v1.${keyId}.${encode(wrappedKey)}.${encode(value)}`;
}

/** Undefined for every text that `formatSealed` did not make. */
export function parseSealed(text: string): SealedParts | undefined {
  const match = shape.exec(text);
  if (!match) return undefined;
  const [, keyId = '', first = '', second = ''] = match;
  const parts = {
    keyId,
    wrappedKey: Buffer.from(first, 'base64url'),
    value: Buffer.from(second, 'base64url'),
  };
  // SECURITY: base64 has several texts for the same bytes, of which only one is ours.
  return formatSealed(parts) === text ? parts : undefined;
}

function encode(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}
