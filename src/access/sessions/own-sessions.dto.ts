import { isoTime } from '../../platform/time/index.js';
import type { OwnSession } from './own-sessions.service.js';

/** A session that can still be used. */
export class OpenSessionResponse {
  id: string;
  /** Whether it is the one that asks. */
  current: boolean;
  createdAt: string;
  /** When its tokens were handed out last. */
  lastUsedAt: string;
  /** However often it is refreshed. */
  expiresAt: string;
  /** Where its login came from. */
  ip: string | null;
  userAgent: string | null;
}

export class OpenSessionPageResponse {
  items: OpenSessionResponse[];
  nextCursor: string | null;
  total?: number;
}

export function openSessionResponse({ session, current }: OwnSession): OpenSessionResponse {
  return {
    id: session.id,
    current,
    createdAt: isoTime(session.createdAtMs),
    lastUsedAt: isoTime(session.lastUsedAtMs),
    expiresAt: isoTime(session.expiresAtMs),
    ...session.origin,
  };
}
