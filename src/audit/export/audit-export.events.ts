import { INSTANCE_PROJECT, type NewEvent } from '../../platform/events/index.js';
import { isoTime } from '../../platform/time/index.js';
import type { AuditQueryFilter } from '../audit-filter.js';

/** Somebody took the trail of the whole instance out of it, or what a filter leaves of it. */
export function auditExported({
  type,
  actorId,
  subject,
  sinceMs,
  untilMs,
}: AuditQueryFilter): NewEvent {
  return {
    type: 'audit.exported',
    projectId: INSTANCE_PROJECT,
    subject: { type: 'instance', id: INSTANCE_PROJECT, name: 'instance' },
    data: {
      ...(type !== undefined && { type }),
      ...(actorId !== undefined && { actor: actorId }),
      ...(subject !== undefined && { subject }),
      ...(sinceMs !== undefined && { since: isoTime(sinceMs) }),
      ...(untilMs !== undefined && { until: isoTime(untilMs) }),
    },
  };
}
