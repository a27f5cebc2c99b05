import { digestOf } from '../../platform/crypto/index.js';

/** A person, or a program that signs in like one. Deactivated and never deleted. */
export interface User {
  readonly id: string;
  readonly username: string;
  readonly email: string | null;
  readonly instanceAdmin: boolean;
  readonly mustChangePassword: boolean;
  readonly active: boolean;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** SECURITY: the hash is kept apart from the user, so that no answer and no digest can hold it. */
export interface UserWithPassword {
  readonly user: User;
  readonly passwordHash: string;
}

export interface NewUser {
  readonly username: string;
  readonly email: string | null;
  readonly passwordHash: string;
  readonly instanceAdmin: boolean;
  readonly mustChangePassword: boolean;
}

/** What changes; what is absent stays. */
export interface UserChanges {
  readonly email?: string | null;
  readonly passwordHash?: string;
  readonly instanceAdmin?: boolean;
  readonly mustChangePassword?: boolean;
  readonly active?: boolean;
}

/** The digest of a user's public state, for events. */
export function userDigest(user: User): string {
  const { id, username, email, instanceAdmin, mustChangePassword, active } = user;
  return digestOf({ id, username, email, instanceAdmin, mustChangePassword, active });
}
