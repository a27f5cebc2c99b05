import { digestOf } from '../../platform/crypto/index.js';
import { type EventData, INSTANCE_PROJECT, type NewEvent } from '../../platform/events/index.js';
import { sessionStarted } from '../sessions/sessions.events.js';
import type { User } from '../users/user.js';
import type { Identity } from './identity.js';
import type { RefusalReason } from './sign-in-refused.js';

const method = 'oidc';

/** The user who signs in is who acts; this says that the identity provider decided it. */
export function decidedByProvider(event: NewEvent): NewEvent {
  return { ...event, data: { ...event.data, method } };
}

export function identityLinked(identity: Identity, user: User): NewEvent {
  const { id, userId, issuer, subject } = identity;
  return {
    ...instanceWide('identity.linked', { type: 'identity', id, name: user.username }, { issuer }),
    after: digestOf({ id, userId, issuer, subject }),
  };
}

/** The groups would have taken the rights of the last instance admin, who keeps them. */
export function lastAdminKept({ id, username }: User): NewEvent {
  return instanceWide('user.last-admin-kept', { type: 'user', id, name: username }, { method });
}

export function signedIn(sessionId: string, user: User): NewEvent {
  return decidedByProvider(sessionStarted(sessionId, user));
}

export function signInFailed(reason: RefusalReason): NewEvent {
  const nobody = { type: 'user', id: 'unknown', name: 'unknown' };
  return instanceWide('login.failed', nobody, { method, reason });
}

function instanceWide(type: string, subject: NewEvent['subject'], data: EventData): NewEvent {
  return { type, projectId: INSTANCE_PROJECT, subject, data };
}
