import { sign } from 'node:crypto';
import { canonicalJson, type Signature, type SigningKey } from '../../platform/crypto/index.js';

/** By the instance's version key. */
export type VersionSignature = Signature;

/** What is signed: which content, under which number of which prompt. */
export interface SignedVersion {
  readonly project: string;
  readonly name: string;
  readonly version: string;
  readonly ordinal: number;
  readonly digest: string;
}

/** SECURITY: the prefix keeps the signature from meaning anything else that the key might sign. */
const prefix = 'promptd/version-sig/v1\0';

/** Frozen: another text would be another signature of every version there is. */
export function signedBytes({ project, name, version, ordinal, digest }: SignedVersion): Buffer {
  return Buffer.from(prefix + canonicalJson({ digest, name, ordinal, project, version }));
}

export function signVersion(signed: SignedVersion, key: SigningKey): VersionSignature {
  const value = sign(null, signedBytes(signed), key.privateKey).toString('base64');
  return { keyId: key.keyId, alg: 'ed25519', value };
}
