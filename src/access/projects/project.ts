import type { Actor } from '../../platform/authorization/index.js';
import { digestOf } from '../../platform/crypto/index.js';

/** The tenant boundary. Archived and never deleted. */
export interface Project {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly archived: boolean;
  readonly createdAtMs: number;
  readonly createdBy: Actor;
  readonly updatedAtMs: number;
}

/** The digest of a project's public state, for events. */
export function projectDigest({ id, name, description, archived }: Project): string {
  return digestOf({ id, name, description, archived });
}
