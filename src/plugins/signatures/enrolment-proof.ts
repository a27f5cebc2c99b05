import { canonicalJson } from '../../platform/crypto/index.js';
import { type SignerKey } from './signer-key.js';
import { isSignatureOf } from './verify-signature.js';

/** Says that whoever wants a key enrolled holds its private half. */
export interface EnrolmentProof {
  /** RFC 3339 in UTC with milliseconds. */
  readonly provenAt: string;
  /** 64 bytes in base64. */
  readonly proof: string;
}

export type ProofFault = 'stale-proof' | 'wrong-proof';

const dayMs = 24 * 60 * 60 * 1000;
/** Long enough to reach an admin by mail. */
export const proofLifetimeMs = 7 * dayMs;
const clockSkewMs = 5 * 60 * 1000;

const prefix = 'promptd/plugin-signer/v1\0';

/** Frozen, as what a release signs. */
export function proofBytes({ keyId, text }: SignerKey, provenAt: string): Buffer {
  const purpose = 'plugin-signer';
  return Buffer.from(prefix + canonicalJson({ v: 1, purpose, keyId, publicKey: text, provenAt }));
}

/** What is wrong with a proof; undefined when the key's holder made it lately. */
export function proofFault(
  key: SignerKey,
  { provenAt, proof }: EnrolmentProof,
  nowMs: number,
): ProofFault | undefined {
  const madeMs = Date.parse(provenAt);
  if (!(madeMs <= nowMs + clockSkewMs && madeMs > nowMs - proofLifetimeMs)) return 'stale-proof';
  return isSignatureOf(proof, proofBytes(key, provenAt), key) ? undefined : 'wrong-proof';
}
