import type { Origin } from '../../platform/authorization/index.js';

/** Why a session ended before its time. */
export type SessionEnd =
  | 'logout'
  | 'ended'
  | 'refresh-token-reused'
  | 'user-deactivated'
  | 'password-reset'
  | 'password-changed';

/** One login: the family that its refresh tokens belong to. */
export interface Session {
  readonly id: string;
  readonly userId: string;
  readonly createdAtMs: number;
  /** When its tokens were handed out last. */
  readonly lastUsedAtMs: number;
  /** However often it is refreshed. */
  readonly expiresAtMs: number;
  readonly ended: boolean;
  /** Where its login came from. */
  readonly origin: Origin;
}

export interface RefreshTokenRecord {
  readonly id: string;
  readonly sessionId: string;
  readonly expiresAtMs: number;
}

const dayMs = 24 * 60 * 60 * 1000;
/** A refresh token that nobody uses for so long is void. */
export const refreshIdleMs = 7 * dayMs;
/** After so long the user signs in again, whatever happened. */
export const sessionLifetimeMs = 30 * dayMs;
