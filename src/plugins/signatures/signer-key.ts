import { createPublicKey, type KeyObject } from 'node:crypto';
import { ed25519 } from '@noble/curves/ed25519.js';
import { keyIdOf } from '../../platform/crypto/index.js';

/** What is wrong with the text of a public key. */
export type KeyFault = 'wrong-length' | 'non-canonical' | 'small-order' | 'mixed-order';

export interface SignerKey {
  /** Its JWK thumbprint (RFC 7638), as of the keys of the program itself. */
  readonly keyId: string;
  /** 32 bytes in base64url without padding. */
  readonly text: string;
  readonly bytes: Uint8Array;
  readonly object: KeyObject;
}

const keyBytes = 32;

/**
 * A public key of a signer, or what is wrong with it.
 *
 * SECURITY: a key is only taken when it is a point that an honest private key can have. A point of
 * small order verifies signatures that nobody made, one with such a part lets verifiers disagree, and
 * a second encoding of a point would be a second key id.
 */
export function signerKeyOf(text: string): SignerKey | KeyFault {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length !== keyBytes) return 'wrong-length';
  if (bytes.toString('base64url') !== text) return 'non-canonical';
  const fault = pointFault(bytes);
  if (fault) return fault;
  const object = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: text }, format: 'jwk' });
  return { keyId: keyIdOf(object), text, bytes, object };
}

function pointFault(bytes: Uint8Array): KeyFault | undefined {
  try {
    // Strict, as RFC 8032 5.1.3 decodes: no coordinate beyond the field, no sign on zero.
    const point = ed25519.Point.fromBytes(bytes, false);
    if (point.isSmallOrder()) return 'small-order';
    return point.isTorsionFree() ? undefined : 'mixed-order';
  } catch {
    return 'non-canonical';
  }
}
