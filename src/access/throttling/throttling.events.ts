import { INSTANCE_PROJECT, type NewEvent } from '../../platform/events/index.js';
import type { User } from '../users/user.js';
import type { LoginLimit } from './login-limits.js';

/**
 * So many logins failed that no more are tried for a while; where they came from stands beside it.
 *
 * SECURITY: as for a failed login, a name that belongs to nobody is not written down.
 */
export function loginLocked(user: User | undefined, limit: LoginLimit, seconds: number): NewEvent {
  return {
    type: 'login.locked',
    projectId: INSTANCE_PROJECT,
    subject: { type: 'user', id: user?.id ?? 'unknown', name: user?.username ?? 'unknown' },
    data: { limit, seconds },
  };
}

/** There were so many refusals of one caller that these are only counted. */
export function refusalsCounted(refusal: string, count: number, seconds: number): NewEvent {
  return {
    type: 'refusals.counted',
    projectId: INSTANCE_PROJECT,
    subject: { type: 'instance', id: INSTANCE_PROJECT, name: 'instance' },
    data: { refusal, count, seconds },
  };
}
