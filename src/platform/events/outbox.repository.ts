import { Injectable } from '@nestjs/common';
import { actorOf, type OperationContext } from '../authorization/index.js';
import { Database, requireTransaction } from '../database/index.js';
import { Clock } from '../time/index.js';
import type { EventData, NewEvent, RecordedEvent } from './event.js';
import { type OutboxRow, outboxRows, projectRevisionRows } from './outbox.rows.js';

/** Seventeen parameters each; SQLite takes 32,766 in a statement. */
const ROWS_PER_INSERT = 500;

@Injectable()
export class OutboxRepository {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Starts the counter of a project, in the transaction that creates the project. */
  async insertCounter(tx: OperationContext, projectId: string): Promise<void> {
    await this.database.rows(tx, projectRevisionRows).insert({ projectId, revision: 0 });
  }

  /**
   * Takes the next revision of the project. The counter's row stays locked until COMMIT, which is
   * what makes revisions gapless and puts them in the order of commits.
   */
  async nextRevision(tx: OperationContext, projectId: string): Promise<number> {
    const { manager } = requireTransaction(tx);
    // DIALECT: MySQL has no UPDATE … RETURNING, but it answers what LAST_INSERT_ID(n) was given. To
    // ask for it afterwards would find that of an earlier statement when the project has no counter.
    if (this.database.dialect === 'mysql') {
      const done = await manager.query<{ affectedRows: number; insertId: number }>(
        'UPDATE project_revisions SET revision = LAST_INSERT_ID(revision + 1) WHERE project_id = ?',
        [projectId],
      );
      return revisionIn(done.affectedRows === 1 ? [{ revision: done.insertId }] : []);
    }
    const parameter = this.database.dialect === 'postgres' ? '$1' : '?';
    const sql = `UPDATE project_revisions SET revision = revision + 1
                 WHERE project_id = ${parameter} RETURNING revision`;
    const result: unknown = await manager.query(sql, [projectId]);
    // DIALECT: TypeORM answers [rows, count] for UPDATE … RETURNING on Postgres.
    return revisionIn(this.database.dialect === 'postgres' ? (result as unknown[])[0] : result);
  }

  /** The revision of the newest event of the project that is committed; 0 when there is none. */
  async currentRevision(ctx: OperationContext, projectId: string): Promise<number> {
    const counter = await this.database.rows(ctx, projectRevisionRows).findOneBy({ projectId });
    return counter?.revision ?? 0;
  }

  async insert(tx: OperationContext, revision: number, events: readonly NewEvent[]): Promise<void> {
    const at = this.clock.nowMs();
    const actor = actorOf(tx.principal);
    const rows = events.map((event, position) => ({
      projectId: event.projectId,
      revision,
      position,
      type: event.type,
      at,
      actorKind: actor.kind,
      actorId: actor.id,
      actorName: actor.name,
      requestId: tx.requestId,
      ip: tx.origin.ip,
      userAgent: tx.origin.userAgent,
      subjectType: event.subject.type,
      subjectId: event.subject.id,
      subjectName: event.subject.name,
      before: event.before ?? null,
      after: event.after ?? null,
      data: JSON.stringify(event.data ?? {}),
    }));
    for (let from = 0; from < rows.length; from += ROWS_PER_INSERT) {
      await this.database.rows(tx, outboxRows).insert(rows.slice(from, from + ROWS_PER_INSERT));
    }
  }

  /** Events of one project after a revision, oldest first, whole revisions only when `limit` allows. */
  async listAfter(
    ctx: OperationContext,
    projectId: string,
    revision: number,
    limit: number,
  ): Promise<readonly RecordedEvent[]> {
    const rows = await this.database
      .rows(ctx, outboxRows)
      .createQueryBuilder('event')
      .where('event.projectId = :projectId AND event.revision > :revision', { projectId, revision })
      .orderBy('event.revision', 'ASC')
      .addOrderBy('event.position', 'ASC')
      .limit(limit)
      .getMany();
    return rows.map(recordedEvent);
  }
}

function revisionIn(rows: unknown): number {
  const revision = Number((rows as { revision?: unknown }[] | undefined)?.[0]?.revision);
  if (!Number.isSafeInteger(revision)) throw new Error('the project has no revision counter');
  return revision;
}

function recordedEvent(row: OutboxRow): RecordedEvent {
  return {
    type: row.type,
    projectId: row.projectId,
    revision: row.revision,
    position: row.position,
    atMs: row.at,
    actor: {
      kind: row.actorKind as RecordedEvent['actor']['kind'],
      id: row.actorId,
      name: row.actorName,
    },
    requestId: row.requestId,
    origin: { ip: row.ip, userAgent: row.userAgent },
    subject: { type: row.subjectType, id: row.subjectId, name: row.subjectName },
    ...(row.before !== null && { before: row.before }),
    ...(row.after !== null && { after: row.after }),
    data: JSON.parse(row.data) as EventData,
  };
}
