export { canonicalJson } from './canonical.js';
export { type Digest, digestOf, sha256Hex } from './digest.js';
export { newId } from './ids.js';
export { type KeyRing, keyRingFromSeed, type SigningKey } from './key-ring.js';
export { base62Alphabet, randomBase62 } from './random-tokens.js';
export { CryptoModule, KEY_RING } from './crypto.module.js';
