import {
  type PublicKey,
  type Signature,
  signatureFault,
  type SignatureFault,
} from '../../platform/crypto/index.js';
import { type Content, isJsonObject, type Json } from '../content/content.js';
import { contentDigest, type Lock } from '../content/content-digest.js';
import { signedBytes, type SignedVersion } from './version-signature.js';

/** The members of a version's answer that its digest and its signature speak of. */
export interface VerifiableVersion extends SignedVersion {
  readonly content: Content;
  readonly lock: Lock;
  readonly signature: Signature;
}

export type VersionFault = 'digest-mismatch' | SignatureFault;

/**
 * The first thing that is wrong with a version, or undefined when this content and this lock were
 * published under this number of this prompt by whoever holds one of the keys. Its changelog,
 * author, time and provenance are signed by nobody.
 */
export function versionFault(
  version: VerifiableVersion,
  keys: readonly PublicKey[],
): VersionFault | undefined {
  if (recomputed(version) !== version.digest) return 'digest-mismatch';
  return signatureFault(version.signature, signedBytes(version), 'version', keys);
}

/** Undefined for what has no digest, such as half of a surrogate pair. */
function recomputed({ content, lock }: VerifiableVersion): string | undefined {
  try {
    return contentDigest(content, lock);
  } catch {
    return undefined;
  }
}

/**
 * The answer to a read of one version, or undefined for what has no such form. Whether the content
 * is one that could be published is not looked at: its digest says that it was.
 */
export function verifiableVersion(body: unknown): VerifiableVersion | undefined {
  if (!isJsonObject(body)) return undefined;
  const { project, name, version, ordinal, digest, content, lock, signature } = body;
  const isWhole =
    [project, name, version, digest].every(isWellFormed) &&
    Number.isSafeInteger(ordinal) &&
    content !== undefined &&
    lock !== undefined &&
    isSignature(signature);
  return isWhole ? (body as unknown as VerifiableVersion) : undefined;
}

function isSignature(value: Json | undefined): boolean {
  return (
    isJsonObject(value) &&
    value.alg === 'ed25519' &&
    isKeyId(value.keyId) &&
    isWellFormed(value.value)
  );
}

/** SECURITY: it is shown on a terminal before anything is verified. */
function isKeyId(value: Json | undefined): boolean {
  return typeof value === 'string' && /^[\w-]{43}$/.test(value);
}

function isWellFormed(value: Json | undefined): boolean {
  return typeof value === 'string' && value.isWellFormed();
}
