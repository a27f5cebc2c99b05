import { createPrivateKey, createPublicKey, hash, hkdfSync, type KeyObject } from 'node:crypto';

export const keyPurposes = ['access-token', 'version', 'audit-checkpoint'] as const;
export type KeyPurpose = (typeof keyPurposes)[number];

export interface SigningKey {
  /** The key's JWK thumbprint (RFC 7638, RFC 8037): 43 characters of base64url. */
  readonly keyId: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}
export type KeyRing = Readonly<Record<KeyPurpose, SigningKey>>;

const seedBytes = 32;

/**
 * Derives one ed25519 key pair per purpose from the instance's 32-byte seed by HKDF-SHA256
 * (RFC 5869). The same seed gives the same keys on every instance and at every start.
 *
 * @throws Error when the seed has another length
 */
export function keyRingFromSeed(seed: Uint8Array): KeyRing {
  if (seed.length !== seedBytes) throw new Error(`the signing seed must have ${seedBytes} bytes`);
  return Object.freeze({
    'access-token': deriveKey(seed, 'access-token'),
    version: deriveKey(seed, 'version'),
    'audit-checkpoint': deriveKey(seed, 'audit-checkpoint'),
  });
}

function deriveKey(seed: Uint8Array, purpose: KeyPurpose): SigningKey {
  // SECURITY: the purpose in the info keeps a signature of one kind from passing as another.
  const info = `promptd/ed25519/v1/${purpose}`;
  return signingKeyFrom(Buffer.from(hkdfSync('sha256', seed, '', info, seedBytes)));
}

/** What stands before the 32 bytes of an ed25519 private key in PKCS #8 DER (RFC 8410, 7). */
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The key pair of an ed25519 private key given as its 32 bytes (RFC 8032, 5.1.5). */
export function signingKeyFrom(privateBytes: Uint8Array): SigningKey {
  const key = Buffer.concat([pkcs8Prefix, privateBytes]);
  const privateKey = createPrivateKey({ key, format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(privateKey);
  return Object.freeze({ keyId: jwkThumbprint(publicKey), privateKey, publicKey });
}

/** RFC 7638: the hash of the required members alone, sorted, without spaces. */
function jwkThumbprint(publicKey: KeyObject): string {
  const { crv, kty, x } = publicKey.export({ format: 'jwk' });
  return hash('sha256', JSON.stringify({ crv, kty, x }), 'base64url');
}
