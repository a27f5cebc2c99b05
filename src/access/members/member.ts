import type { Role } from '../../platform/authorization/index.js';
import { digestOf } from '../../platform/crypto/index.js';

/** A user with a role in a project. */
export interface Member {
  readonly projectId: string;
  readonly userId: string;
  readonly username: string;
  readonly role: Role;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** The digest of a member's public state, for events. */
export function memberDigest({ projectId, userId, role }: Member): string {
  return digestOf({ projectId, userId, role });
}
