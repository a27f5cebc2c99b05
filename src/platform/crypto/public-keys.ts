import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto';

/** Keys whose signatures outlive a request, so that anybody can check them. Access tokens do not. */
export const publishedPurposes = ['version', 'audit-checkpoint'] as const;
export type PublishedPurpose = (typeof publishedPurposes)[number];

export interface VerifyingKey {
  /** The key's JWK thumbprint (RFC 7638, RFC 8037): 43 characters of base64url. */
  readonly keyId: string;
  readonly publicKey: KeyObject;
}

/** One public key as `GET /v1/keys` shows it. */
export interface PublicKey {
  readonly keyId: string;
  readonly purpose: PublishedPurpose;
  readonly alg: 'ed25519';
  /** The member `x` of RFC 8037: 32 bytes in base64url without padding. */
  readonly publicKey: string;
}

/** An ed25519 signature (RFC 8032) as an answer shows it. */
export interface Signature {
  readonly keyId: string;
  readonly alg: 'ed25519';
  /** base64 */
  readonly value: string;
}

/** What is published of a key. */
export function publicKeyOf(
  { keyId, publicKey }: VerifyingKey,
  purpose: PublishedPurpose,
): PublicKey {
  const { x = '' } = publicKey.export({ format: 'jwk' });
  return { keyId, purpose, alg: 'ed25519', publicKey: x };
}

export type SignatureFault = 'unknown-key' | 'wrong-purpose' | 'bad-signature';

const signatureBytes = 64;

/**
 * The first thing that is wrong with a signature over `signed`, or undefined when it holds. A key is
 * known by what it is: one that is listed under the id of another is unknown.
 */
export function signatureFault(
  { keyId, value }: Signature,
  signed: Uint8Array,
  purpose: PublishedPurpose,
  keys: readonly PublicKey[],
): SignatureFault | undefined {
  const listed = keys.filter((key) => key.keyId === keyId);
  const publicKey = listed.map(keyObject).find((key) => key && keyIdOf(key) === keyId);
  if (!publicKey) return 'unknown-key';
  if (!listed.some((key) => key.purpose === purpose)) return 'wrong-purpose';
  // SECURITY: base64 decoders skip what they do not know, so one signature has many spellings.
  const bytes = Buffer.from(value, 'base64');
  const isCanonical = bytes.length === signatureBytes && bytes.toString('base64') === value;
  return isCanonical && verify(null, signed, publicKey, bytes) ? undefined : 'bad-signature';
}

function keyObject({ publicKey: x }: PublicKey): KeyObject | undefined {
  try {
    return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  } catch {
    return undefined;
  }
}

/** The thumbprint of RFC 7638: a hash of the required members alone, sorted, without spaces. */
export function keyIdOf(publicKey: KeyObject): string {
  const { crv, kty, x } = publicKey.export({ format: 'jwk' });
  return hash('sha256', JSON.stringify({ crv, kty, x }), 'base64url');
}

/**
 * The keys of a document in the form of `GET /v1/keys`, or undefined when it has another form. A key
 * for a purpose that this program does not know is left out.
 */
export function publicKeysOf(document: unknown): readonly PublicKey[] | undefined {
  const { keys } = (document ?? {}) as { keys?: unknown };
  return Array.isArray(keys) ? keys.filter(isPublicKey) : undefined;
}

function isPublicKey(value: unknown): value is PublicKey {
  const key = (value ?? {}) as Partial<Record<keyof PublicKey, unknown>>;
  return (
    typeof key.keyId === 'string' &&
    publishedPurposes.some((purpose) => purpose === key.purpose) &&
    key.alg === 'ed25519' &&
    typeof key.publicKey === 'string'
  );
}
