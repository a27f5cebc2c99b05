import type { KeyState } from './secret-rotation.service.js';

export class SecretKeyResponse {
  /** 16 hexadecimal digits that are derived from the key and tell nothing about it. */
  keyId: string;
  /** How many stored secrets are under it. */
  secrets: number;
  /** What this instance does with it: protects, only opens, or does not have it. */
  state: KeyState;
}

export class SecretKeysResponse {
  /** The key that protects what is stored now. */
  keyId: string;
  /** The current key, the old ones that are configured, and those that are missing. */
  keys: SecretKeyResponse[];
}

export class SecretRotationResponse {
  /** The key that the secrets are moved to. */
  keyId: string;
  rotated: number;
  /** Secrets that are not under that key yet: call again until there are none. */
  remaining: number;
}
