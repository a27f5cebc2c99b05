import type { Actor } from '../../platform/authorization/index.js';
import type { Capability, VetoEvent } from '../package/manifest.js';

/** A release as it was approved. */
export interface ApprovedRelease {
  readonly name: string;
  readonly treeDigest: string;
  /** Of the key that signed it then. */
  readonly keyId: string;
  readonly version: string;
  readonly releaseSeq: number;
}

/**
 * That an instance admin lets exactly these bytes run, with these capabilities and no other. It stays
 * on record when it is withdrawn, because later releases are compared with it.
 */
export interface Approval extends ApprovedRelease {
  readonly id: string;
  readonly granted: readonly Capability[];
  /** What may not happen while it does not serve; null where nobody wrote it down yet. */
  readonly guards: readonly VetoEvent[] | null;
  readonly approvedAtMs: number;
  readonly approvedBy: Actor;
  /** Null while it stands. */
  readonly withdrawnAtMs: number | null;
}
