import type { Actor } from '../../platform/authorization/index.js';

/** A named line of versions in a project. */
export interface Prompt {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly description: string | null;
  readonly owner: string | null;
  readonly tags: readonly string[];
  readonly versionCount: number;
  readonly archived: boolean;
  readonly createdAtMs: number;
  readonly createdBy: Actor;
  readonly updatedAtMs: number;
  readonly updatedBy: Actor;
}
