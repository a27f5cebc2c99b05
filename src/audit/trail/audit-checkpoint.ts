import {
  canonicalJson,
  type PublicKey,
  type Signature,
  signatureFault,
} from '../../platform/crypto/index.js';

/** The instance's word that its trail had this newest entry. Kept elsewhere, it outlives the trail. */
export interface AuditCheckpoint {
  /** Of the newest entry, and its hash. */
  readonly sequence: number;
  readonly hash: string;
  /** RFC 3339 in UTC with milliseconds. */
  readonly at: string;
  /** By the `audit-checkpoint` key of the instance. */
  readonly signature: Signature;
}

/** SECURITY: the prefix keeps the signature from meaning anything else that the key might sign. */
const prefix = 'promptd/audit-checkpoint/v1\0';

/** What is signed: the prefix, and the RFC 8785 text of `{at, hash, sequence}`. */
export function checkpointBytes({
  at,
  hash,
  sequence,
}: Omit<AuditCheckpoint, 'signature'>): Buffer {
  return Buffer.from(prefix + canonicalJson({ at, hash, sequence }));
}

export type CheckpointFault = 'unknown-checkpoint-key' | 'bad-checkpoint-signature';

/** Undefined when one of the keys, made for checkpoints, signed this one. */
export function checkpointFault(
  checkpoint: AuditCheckpoint,
  keys: readonly PublicKey[],
): CheckpointFault | undefined {
  const signed = signedBytes(checkpoint);
  if (!signed) return 'bad-checkpoint-signature';
  const fault = signatureFault(checkpoint.signature, signed, 'audit-checkpoint', keys);
  if (fault === undefined) return undefined;
  return fault === 'bad-signature' ? 'bad-checkpoint-signature' : 'unknown-checkpoint-key';
}

/** Undefined for what has no canonical text, and was therefore never signed. */
function signedBytes(checkpoint: AuditCheckpoint): Buffer | undefined {
  try {
    return checkpointBytes(checkpoint);
  } catch {
    return undefined;
  }
}
