import { INSTANCE_PROJECT, type NewEvent } from '../../platform/events/index.js';
import type { User } from '../users/user.js';
import type { SessionEnd } from './session.js';

export function sessionStarted(sessionId: string, user: User): NewEvent {
  return aboutSession('session.started', sessionId, user.username);
}

export function sessionEnded(sessionId: string, username: string, reason: SessionEnd): NewEvent {
  return { ...aboutSession('session.ended', sessionId, username), data: { reason } };
}

/** A user ended every session but the one that asked for it. */
export function otherSessionsEnded(userId: string, username: string): NewEvent {
  return {
    type: 'session.others-ended',
    projectId: INSTANCE_PROJECT,
    subject: { type: 'user', id: userId, name: username },
  };
}

export type LoginFailure = 'unknown-user' | 'wrong-password' | 'deactivated';

/**
 * SECURITY: a name that belongs to nobody is not written down: people type their password into the
 * wrong field.
 */
export function loginFailed(user: User | undefined, reason: LoginFailure): NewEvent {
  return {
    type: 'login.failed',
    projectId: INSTANCE_PROJECT,
    subject: { type: 'user', id: user?.id ?? 'unknown', name: user?.username ?? 'unknown' },
    data: { reason },
  };
}

function aboutSession(type: string, sessionId: string, username: string): NewEvent {
  return {
    type,
    projectId: INSTANCE_PROJECT,
    subject: { type: 'session', id: sessionId, name: username },
  };
}
