import { createPrivateKey, createPublicKey, hkdfSync, type KeyObject } from 'node:crypto';
import { keyIdOf, type VerifyingKey } from './public-keys.js';

export const keyPurposes = ['access-token', 'version', 'audit-checkpoint'] as const;
export type KeyPurpose = (typeof keyPurposes)[number];

export interface SigningKey extends VerifyingKey {
  readonly privateKey: KeyObject;
}

/** What this instance signs with, one key for each purpose. */
export interface KeyRing extends Readonly<Record<KeyPurpose, SigningKey>> {
  /** Of other seeds: their access tokens are believed too, so that a new seed signs nobody out. */
  readonly otherAccessTokens: readonly VerifyingKey[];
}

/** The token for the instance's signing keys. */
export const KEY_RING = Symbol('key ring');

const seedBytes = 32;

/**
 * Derives one ed25519 key pair per purpose from the instance's 32-byte seed by HKDF-SHA256
 * (RFC 5869). The same seed gives the same keys on every instance and at every start.
 *
 * @param otherSeeds they verify access tokens, and never sign
 * @throws Error when a seed has another length
 */
export function keyRingFromSeed(seed: Uint8Array, otherSeeds: readonly Uint8Array[] = []): KeyRing {
  return Object.freeze({
    'access-token': deriveKey(seed, 'access-token'),
    version: deriveKey(seed, 'version'),
    'audit-checkpoint': deriveKey(seed, 'audit-checkpoint'),
    otherAccessTokens: otherSeeds.map((other) => {
      const { keyId, publicKey } = deriveKey(other, 'access-token');
      return { keyId, publicKey };
    }),
  });
}

function deriveKey(seed: Uint8Array, purpose: KeyPurpose): SigningKey {
  if (seed.length !== seedBytes) throw new Error(`the signing seed must have ${seedBytes} bytes`);
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
  return Object.freeze({ keyId: keyIdOf(publicKey), privateKey, publicKey });
}
