export class CheckpointSignatureResponse {
  keyId: string;
  alg: 'ed25519';
  /** In base64. */
  value: string;
}

/**
 * The instance's word that its trail had this newest entry. Signed are `promptd/audit-checkpoint/v1`,
 * a NUL byte and the RFC 8785 text of `{at, hash, sequence}`.
 */
export class CheckpointResponse {
  /** Of the newest entry then. */
  sequence: number;
  /** Of that entry. */
  hash: string;
  at: string;
  signature: CheckpointSignatureResponse;
}

export class CheckpointPageResponse {
  items: CheckpointResponse[];
  nextCursor: string | null;
  total?: number;
}
