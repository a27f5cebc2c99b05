import type { AuditFilterQuery } from './audit.dto.js';

/** Narrows a list of entries; what is absent does not narrow it. */
export interface AuditFilter {
  readonly projectId?: string;
  readonly type?: string;
  readonly actorId?: string;
  /** The id or the name of the subject. */
  readonly subject?: string;
  /** At this time or later. */
  readonly sinceMs?: number;
  /** Before this time. */
  readonly untilMs?: number;
}

/** What a caller may narrow a list by; the project comes from the path. */
export type AuditQueryFilter = Omit<AuditFilter, 'projectId'>;

export function filterOf({
  type,
  actor,
  subject,
  since,
  until,
}: AuditFilterQuery): AuditQueryFilter {
  return {
    ...(type !== undefined && { type }),
    ...(actor !== undefined && { actorId: actor }),
    ...(subject !== undefined && { subject }),
    ...(since && { sinceMs: since.getTime() }),
    ...(until && { untilMs: until.getTime() }),
  };
}
