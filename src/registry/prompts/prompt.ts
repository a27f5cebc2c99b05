import type { Actor } from '../../platform/authorization/index.js';

/** A named line of versions in a project. */
export interface Prompt {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly description: string | null;
  readonly owner: string | null;
  readonly versionCount: number;
  readonly archived: boolean;
  readonly createdAtMs: number;
  readonly createdBy: Actor;
  readonly updatedAtMs: number;
  readonly updatedBy: Actor;
}

/** Tags are in a table of their own, which a publish and a move of a label need not read. */
export interface TaggedPrompt extends Prompt {
  readonly tags: readonly string[];
}
