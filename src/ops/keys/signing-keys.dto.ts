import type { PublishedPurpose } from '../../platform/crypto/index.js';

export class SigningKeyResponse {
  /** The JWK thumbprint (RFC 7638) of the key, as signatures name it. */
  keyId: string;
  /** What it signs, and nothing else. */
  purpose: PublishedPurpose;
  /** RFC 8032. */
  alg: 'ed25519';
  /** The member `x` of its JWK (RFC 8037): 32 bytes in base64url without padding. */
  publicKey: string;
  firstUsedAt: string;
  /** Whether new signatures are made with it. Those of the other keys stay valid. */
  current: boolean;
}

export class SigningKeyListResponse {
  keys: SigningKeyResponse[];
}
