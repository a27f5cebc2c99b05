import type { Actor } from '../../platform/authorization/index.js';
import { digestOf } from '../../platform/crypto/index.js';
import type { TrustedKey } from '../signatures/trusted-key.js';

/** What an instance admin decides about a key. */
export type SignerTerms = Omit<TrustedKey, 'keyId' | 'publicKey'> & {
  /** Whose key it is. */
  readonly label: string;
};

/** A key whose plugins may be approved here. */
export interface Signer extends TrustedKey, SignerTerms {
  readonly createdAtMs: number;
  readonly createdBy: Actor;
  readonly updatedAtMs: number;
}

/** The digest of what may change about a signer. */
export function signerDigest(signer: SignerTerms): string {
  const { label, status, names, capabilities, validFromMs, validUntilMs } = signer;
  return digestOf({ label, status, names, capabilities, validFromMs, validUntilMs });
}
