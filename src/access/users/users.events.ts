import { type EventData, INSTANCE_PROJECT, type NewEvent } from '../../platform/events/index.js';
import { type User, userDigest } from './user.js';

export function userCreated(user: User): NewEvent {
  return {
    ...about(user, 'user.created', { instanceAdmin: user.instanceAdmin }),
    after: userDigest(user),
  };
}

/** One event per change, named after what matters most about it. */
export function userChanged(before: User, after: User, passwordChanged: boolean): NewEvent {
  return {
    ...about(after, changeType(before, after), {
      instanceAdmin: after.instanceAdmin,
      passwordChanged,
    }),
    before: userDigest(before),
    after: userDigest(after),
  };
}

function changeType(before: User, after: User): string {
  if (before.active === after.active) return 'user.updated';
  return after.active ? 'user.reactivated' : 'user.deactivated';
}

function about(user: User, type: string, data: EventData): NewEvent {
  return {
    type,
    projectId: INSTANCE_PROJECT,
    subject: { type: 'user', id: user.id, name: user.username },
    data,
  };
}
