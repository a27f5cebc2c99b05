import { Injectable } from '@nestjs/common';
import type { SelectQueryBuilder } from 'typeorm';
import type { Actor, OperationContext } from '../platform/authorization/index.js';
import { Database, requireTransaction } from '../platform/database/index.js';
import { type EventData, INSTANCE_PROJECT } from '../platform/events/index.js';
import { counterOf, type Page, pageOf, type PageRequest } from '../platform/paging/index.js';
import { isoTime } from '../platform/time/index.js';
import { type AuditEntry, dataText } from './audit-entry.js';
import type { AuditFilter } from './audit-filter.js';
import { auditCursorRows, auditHeadRows, type AuditRow, auditRows } from './audit.rows.js';
import { emptyTrail, type TrailHead } from './verification.js';

/** Entries by their sequences. */
export interface AuditRange {
  readonly after: number;
  readonly upTo: number;
  readonly limit: number;
}

/** A project with events that are not in the trail yet. */
export interface PendingProject {
  readonly projectId: string;
  /** The last revision that is in the trail. */
  readonly revision: number;
}

const HEAD = 'log';
/** Each number of rows is a statement of its own, which is kept. */
const ROWS_PER_INSERT = 50;

@Injectable()
export class AuditRepository {
  constructor(private readonly database: Database) {}

  /** The projects that are furthest behind, so that a busy one cannot keep the others waiting. */
  async listPending(ctx: OperationContext, limit: number): Promise<readonly PendingProject[]> {
    const rows = await this.database.manager(ctx).query<{ projectId: string; revision: unknown }[]>(
      `SELECT counter.project_id AS ${this.quoted('projectId')},
              COALESCE(done.revision, 0) AS revision
       FROM project_revisions counter
       LEFT JOIN audit_cursors done ON done.project_id = counter.project_id
       WHERE counter.revision > COALESCE(done.revision, 0)
       ORDER BY counter.revision - COALESCE(done.revision, 0) DESC, counter.project_id
       LIMIT ${limit}`,
    );
    return rows.map(({ projectId, revision }) => ({ projectId, revision: Number(revision) }));
  }

  /** DIALECT: Postgres folds a bare alias to lower case, and MySQL quotes with backticks. */
  private quoted(alias: string): string {
    return this.database.dialect === 'mysql' ? `\`${alias}\`` : `"${alias}"`;
  }

  /** What is recorded as the newest entry. */
  async getHead(ctx: OperationContext): Promise<TrailHead> {
    const row = await this.database.rows(ctx, auditHeadRows).findOneBy({ name: HEAD });
    return row?.sequence ? { sequence: row.sequence, hash: row.hash } : emptyTrail;
  }

  /** The sequence of the newest entry that is there, whatever is recorded; 0 when there is none. */
  async lastSequence(ctx: OperationContext): Promise<number> {
    const newest = await this.database
      .rows(ctx, auditRows)
      .find({ select: { sequence: true }, order: { sequence: 'DESC' }, take: 1 });
    return newest[0]?.sequence ?? 0;
  }

  /** Appends entries that follow the head, and moves the head to the last of them. */
  async append(tx: OperationContext, entries: readonly AuditEntry[]): Promise<void> {
    for (let start = 0; start < entries.length; start += ROWS_PER_INSERT) {
      const rows = entries.slice(start, start + ROWS_PER_INSERT).map(auditRow);
      await this.database.insert(tx, auditRows, rows);
    }
    const last = entries.at(-1);
    if (!last) return;
    const { sequence, hash } = last;
    await this.database.rows(tx, auditHeadRows).upsert({ name: HEAD, sequence, hash }, ['name']);
  }

  async moveCursor(tx: OperationContext, projectId: string, revision: number): Promise<void> {
    requireTransaction(tx);
    await this.database.rows(tx, auditCursorRows).upsert({ projectId, revision }, ['projectId']);
  }

  /** Oldest first. @throws Error when a row holds what this program never wrote */
  async listRange(
    ctx: OperationContext,
    filter: AuditFilter,
    range: AuditRange,
  ): Promise<readonly AuditEntry[]> {
    return (await this.inRange(ctx, filter, range).getMany()).map(auditEntry);
  }

  /** The numbers of the entries that `listRange` lists, whatever else is in their rows. */
  async listSequences(
    ctx: OperationContext,
    filter: AuditFilter,
    range: AuditRange,
  ): Promise<readonly number[]> {
    const rows = await this.inRange(ctx, filter, range).select('entry.sequence').getMany();
    return rows.map(({ sequence }) => sequence);
  }

  private inRange(
    ctx: OperationContext,
    filter: AuditFilter,
    { after, upTo, limit }: AuditRange,
  ): SelectQueryBuilder<AuditRow> {
    const entries = this.database.rows(ctx, auditRows).createQueryBuilder('entry');
    return filtered(entries, filter)
      .andWhere('entry.sequence > :after AND entry.sequence <= :upTo', { after, upTo })
      .orderBy('entry.sequence', 'ASC')
      .limit(limit);
  }

  /** Newest first. */
  async list(
    ctx: OperationContext,
    filter: AuditFilter,
    page: PageRequest,
  ): Promise<Page<AuditEntry>> {
    const matching = filtered(
      this.database.rows(ctx, auditRows).createQueryBuilder('entry'),
      filter,
    );
    const total = page.total ? await matching.getCount() : undefined;
    if (page.after)
      matching.andWhere('entry.sequence < :after', {
        after: counterOf(page.after, Number.MAX_SAFE_INTEGER),
      });
    const rows = await matching
      .orderBy('entry.sequence', 'DESC')
      .limit(page.limit + 1)
      .getMany();
    return pageOf(rows.map(auditEntry), page.limit, (entry) => [entry.sequence], total);
  }
}

function filtered(
  query: SelectQueryBuilder<AuditRow>,
  { projectId, type, actorId, subject, sinceMs, untilMs }: AuditFilter,
): SelectQueryBuilder<AuditRow> {
  if (projectId !== undefined) query.andWhere('entry.projectId = :projectId', { projectId });
  if (type !== undefined) query.andWhere('entry.type = :type', { type });
  if (actorId !== undefined) query.andWhere('entry.actorId = :actorId', { actorId });
  if (subject !== undefined) {
    query.andWhere('(entry.subjectId = :subject OR entry.subjectName = :subject)', { subject });
  }
  if (sinceMs !== undefined) query.andWhere('entry.at >= :sinceMs', { sinceMs });
  if (untilMs !== undefined) query.andWhere('entry.at < :untilMs', { untilMs });
  return query;
}

function auditRow(entry: AuditEntry): AuditRow {
  const { actor, subject, projectId, at, data, ...same } = entry;
  return {
    ...same,
    projectId: projectId ?? INSTANCE_PROJECT,
    at: Date.parse(at),
    actorKind: actor.kind,
    actorId: actor.id,
    actorName: actor.name,
    subjectType: subject.type,
    subjectId: subject.id,
    subjectName: subject.name,
    data: dataText(data),
  };
}

function auditEntry(row: AuditRow): AuditEntry {
  return {
    sequence: row.sequence,
    at: isoTime(row.at),
    type: row.type,
    projectId: row.projectId === INSTANCE_PROJECT ? null : row.projectId,
    revision: row.revision,
    position: row.position,
    actor: { kind: row.actorKind as Actor['kind'], id: row.actorId, name: row.actorName },
    requestId: row.requestId,
    ip: row.ip,
    userAgent: row.userAgent,
    subject: { type: row.subjectType, id: row.subjectId, name: row.subjectName },
    before: row.before,
    after: row.after,
    data: JSON.parse(row.data) as EventData,
    previousHash: row.previousHash,
    hash: row.hash,
  };
}
