export { canonicalJson } from './canonical.js';
export { type Digest, digestOf, sha256Hex } from './digest.js';
export { newId } from './ids.js';
export { KEY_RING, type KeyRing, keyRingFromSeed, type SigningKey } from './key-ring.js';
export {
  keyIdOf,
  type PublicKey,
  publicKeyOf,
  publicKeysOf,
  type PublishedPurpose,
  publishedPurposes,
  type Signature,
  signatureFault,
  type SignatureFault,
  type VerifyingKey,
} from './public-keys.js';
export { base62Alphabet, randomBase62 } from './random-tokens.js';
