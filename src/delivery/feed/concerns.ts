import type { Principal } from '../../platform/authorization/index.js';
import type { RecordedEvent } from '../../platform/events/index.js';

/** Events, and kinds of them, that take no right from anybody; the rest of them happen rarely. */
const harmless = [
  'prompt.',
  'release.',
  'promotion.',
  'label-policy.',
  'audit.',
  'login.',
  'refusals.',
  'access.denied',
  'plugin.denied',
  'session.started',
];

/**
 * Whether something happened that may have ended the caller's right to read. SECURITY: what is not
 * known to be harmless may.
 */
export function concerns({ type, subject }: RecordedEvent, principal: Principal): boolean {
  if (harmless.some((kind) => type.startsWith(kind))) return false;
  switch (subject.type) {
    case 'key':
      return principal.kind === 'key' && principal.id === subject.id;
    case 'session':
      return principal.kind === 'user' && principal.sessionId === subject.id;
    case 'user':
    case 'member':
      return principal.kind === 'user' && principal.id === subject.id;
    default:
      return true;
  }
}
