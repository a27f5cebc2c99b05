import { digestOf } from '../../platform/crypto/index.js';

/** What chains an entry of the audit trail; everything else that it says is hashed with it. */
export interface ChainedEntry {
  /** 1, 2, 3 … over the whole instance, without a gap. */
  readonly sequence: number;
  /** `hash` of the entry before. */
  readonly previousHash: string;
  readonly hash: string;
  /** Null for what concerns the instance and no single project. */
  readonly projectId: string | null;
  /** The revision of the project, which counts from 1 without a gap, and the place in it from 0. */
  readonly revision: number;
  readonly position: number;
}

/** The newest entry of a trail, or the place before its first one. */
export interface TrailHead {
  readonly sequence: number;
  readonly hash: string;
}

/** What the first entry follows: there is no entry 0, and its hash is sixty-four zeros. */
export const emptyTrail: TrailHead = { sequence: 0, hash: `sha256:${'0'.repeat(64)}` };

/**
 * Whether the hash of an entry is that of what it says: the digest of its RFC 8785 text without
 * `hash`. It is taken over every other member, whether or not this program knows it.
 */
export function isUnedited(entry: ChainedEntry): boolean {
  const { hash, ...facts } = entry;
  try {
    return hash === digestOf(facts);
  } catch {
    // What has no canonical text was never hashed.
    return false;
  }
}
