import type { PublicKey } from '../crypto/index.js';

/** A key that signs, or once signed, what anybody may check at any time. */
export interface PublishedKey extends PublicKey {
  readonly firstUsedAtMs: number;
  /** Whether the instance that started last signs with it. */
  readonly current: boolean;
}
