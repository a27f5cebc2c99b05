import type { Actor } from '../../platform/authorization/index.js';
import type { JsonObject } from '../content/content.js';
import type { Lock } from '../content/content-digest.js';
import type { VersionSignature } from './version-signature.js';

/** An immutable snapshot of a prompt's content under one semver number, without the content. */
export interface Version {
  readonly id: string;
  readonly promptId: string;
  readonly projectId: string;
  readonly version: string;
  /** 1, 2, 3 … per prompt in publish order; never reused. */
  readonly ordinal: number;
  readonly digest: string;
  readonly lock: Lock;
  readonly changelog: string | null;
  readonly provenance: JsonObject | null;
  readonly createdAtMs: number;
  readonly createdBy: Actor;
  readonly signature: VersionSignature;
}

/** What may still change about a version, as of now. */
export interface VersionState {
  readonly yanked: { readonly atMs: number; readonly reason: string } | null;
  readonly deprecated: {
    readonly atMs: number;
    readonly message: string;
    readonly replacement: string | null;
  } | null;
  readonly purged: boolean;
}

/** A version as a decision about its prompt needs it: no content, no author. */
export interface VersionSummary {
  readonly id: string;
  readonly version: string;
  readonly digest: string;
  readonly yanked: boolean;
  readonly purged: boolean;
}
