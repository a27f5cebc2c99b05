import { sign } from 'node:crypto';
import type { SigningKey } from '../../platform/crypto/index.js';
import { isoTime } from '../../platform/time/index.js';
import { type AuditCheckpoint, checkpointBytes, type TrailHead } from '../verification.js';

export function signCheckpoint(
  { sequence, hash }: TrailHead,
  atMs: number,
  { keyId, privateKey }: SigningKey,
): AuditCheckpoint {
  const signed = { sequence, hash, at: isoTime(atMs) };
  const value = sign(null, checkpointBytes(signed), privateKey).toString('base64');
  return { ...signed, signature: { keyId, alg: 'ed25519', value } };
}
