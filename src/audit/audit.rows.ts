import {
  ascii,
  bigint,
  defineRows,
  id,
  integer,
  longText,
  text,
  time,
} from '../platform/database/index.js';

export interface AuditRow {
  sequence: number;
  projectId: string;
  revision: number;
  position: number;
  type: string;
  at: number;
  actorKind: string;
  actorId: string | null;
  actorName: string;
  requestId: string;
  ip: string | null;
  userAgent: string | null;
  subjectType: string;
  subjectId: string;
  subjectName: string;
  before: string | null;
  after: string | null;
  data: string;
  previousHash: string;
  hash: string;
}

/** Rows that the database keeps from ever changing. */
export const auditRows = defineRows<AuditRow>('audit_log', {
  columns: {
    sequence: bigint({ primary: true }),
    projectId: id(),
    revision: bigint(),
    position: integer(),
    type: ascii(64),
    at: time(),
    actorKind: ascii(16),
    actorId: ascii(36, { nullable: true }),
    actorName: text(255),
    requestId: text(128),
    ip: ascii(45, { nullable: true }),
    userAgent: text(255, { nullable: true }),
    subjectType: ascii(32),
    subjectId: ascii(128),
    subjectName: text(512),
    before: ascii(71, { nullable: true }),
    after: ascii(71, { nullable: true }),
    data: longText(),
    previousHash: ascii(71),
    hash: ascii(71),
  },
  uniques: { uq_audit_log_event: ['projectId', 'revision', 'position'] },
  indexes: { ix_audit_log_project: ['projectId', 'sequence'] },
});

export interface AuditHeadRow {
  name: string;
  sequence: number | null;
  hash: string;
}

/** Points to the newest row, so that a trail whose end was cut off does not look complete. */
export const auditHeadRows = defineRows<AuditHeadRow>('audit_head', {
  columns: {
    name: ascii(16, { primary: true }),
    sequence: bigint({ nullable: true }),
    hash: ascii(71),
  },
  foreignKeys: [
    { name: 'fk_audit_head_row', columns: ['sequence'], references: 'audit_log', on: ['sequence'] },
  ],
});

export interface AuditCursorRow {
  projectId: string;
  revision: number;
}

/** The last revision of each project that is in the trail. */
export const auditCursorRows = defineRows<AuditCursorRow>('audit_cursors', {
  columns: { projectId: id({ primary: true }), revision: bigint() },
});
