import { Injectable } from '@nestjs/common';
import { actorOf, type OperationContext } from '../authorization/index.js';
import { Database, requireTransaction, type Statement, statement } from '../database/index.js';
import { Clock } from '../time/index.js';
import type { EventData, NewEvent, RecordedEvent } from './event.js';
import { type MarkedRevision, NOTHING } from './heard-revisions.js';
import { type OutboxRow, outboxRows, projectRevisionRows } from './outbox.rows.js';

/** How far a project is. */
export interface ProjectRevision extends MarkedRevision {
  readonly projectId: string;
}

/** Seventeen parameters each; SQLite takes 32,766 in a statement. */
const ROWS_PER_INSERT = 500;

const nextRevision = statement(
  'UPDATE project_revisions SET revision = revision + 1 WHERE project_id = ? RETURNING revision',
);

/** See `MarkedRevision`: in the words of `markedRevision`. */
const mark = `CONCAT(event."at", ' ', event.request_id)`;
/** A subquery, because a plan that joins may read the whole outbox for it. */
const counters = `SELECT counter.project_id AS "projectId", counter.revision AS revision,
    (SELECT ${mark} FROM outbox event
     WHERE event.project_id = counter.project_id AND event.revision = counter.revision
       AND event."position" = 0) AS mark
  FROM project_revisions counter`;
const listCounters = statement(counters);
const getCounter = statement(`${counters} WHERE counter.project_id = ?`);
const listMarks = statement(
  `SELECT event.revision AS revision, ${mark} AS mark FROM outbox event
   WHERE event.project_id = ? AND event.revision >= ? AND event.revision <= ?
     AND event."position" = 0`,
);

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
    // DIALECT: MySQL has no UPDATE … RETURNING, but it answers what LAST_INSERT_ID(n) was given. To
    // ask for it afterwards would find that of an earlier statement when the project has no counter.
    if (this.database.dialect === 'mysql') {
      const done = await requireTransaction(tx).manager.query<{
        affectedRows: number;
        insertId: number;
      }>(
        'UPDATE project_revisions SET revision = LAST_INSERT_ID(revision + 1) WHERE project_id = ?',
        [projectId],
      );
      return revisionIn(done.affectedRows === 1 ? [{ revision: done.insertId }] : []);
    }
    return revisionIn(await this.database.query(tx, nextRevision, [projectId]));
  }

  /** How far each project is; one row for each, so that looking at all of them is one query. */
  async listRevisions(ctx: OperationContext): Promise<readonly ProjectRevision[]> {
    return (await this.read(ctx, listCounters)).map(projectRevision);
  }

  /** How far the project is; at nothing when it has no counter. */
  async getRevision(ctx: OperationContext, projectId: string): Promise<MarkedRevision> {
    const [row] = await this.read(ctx, getCounter, projectId);
    return row ? projectRevision(row) : NOTHING;
  }

  /** The marks of these revisions and all between, as far as the project has come. */
  async listMarks(
    ctx: OperationContext,
    projectId: string,
    from: number,
    upTo: number,
  ): Promise<ReadonlyMap<number, string>> {
    const rows = await this.read(ctx, listMarks, projectId, from, upTo);
    return new Map(rows.map((row) => [revisionIn([row]), row.mark ?? '']));
  }

  /** @returns the events as they are kept, all of one project */
  async insert(
    tx: OperationContext,
    revision: number,
    events: readonly NewEvent[],
  ): Promise<readonly RecordedEvent[]> {
    const about = {
      revision,
      atMs: this.clock.nowMs(),
      actor: actorOf(tx.principal),
      requestId: tx.requestId,
      origin: tx.origin,
    };
    const recorded = events.map((event, position) => ({ ...event, ...about, position }));
    const rows = recorded.map(outboxRow);
    for (let from = 0; from < rows.length; from += ROWS_PER_INSERT) {
      await this.database.insert(tx, outboxRows, rows.slice(from, from + ROWS_PER_INSERT));
    }
    return recorded;
  }

  /** Everything that one transaction did to the project. */
  async listRevision(
    ctx: OperationContext,
    projectId: string,
    revision: number,
  ): Promise<readonly RecordedEvent[]> {
    const order = { position: 'ASC' } as const;
    const rows = await this.database
      .rows(ctx, outboxRows)
      .find({ where: { projectId, revision }, order });
    return rows.map(recordedEvent);
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

  /** Not by `query`, which would wait among requests for a connection: the feed has its own. */
  private async read(
    ctx: OperationContext,
    asked: Statement,
    ...values: readonly (string | number)[]
  ): Promise<readonly RevisionRow[]> {
    const { text } = asked[this.database.dialect];
    return this.database.manager(ctx).query<RevisionRow[]>(text, [...values]);
  }
}

interface RevisionRow {
  readonly projectId: string;
  readonly revision: unknown;
  readonly mark: string | null;
}

function projectRevision(row: RevisionRow): ProjectRevision {
  return { projectId: row.projectId, revision: revisionIn([row]), mark: row.mark ?? '' };
}

function revisionIn(rows: readonly { readonly revision?: unknown }[]): number {
  const revision = Number(rows[0]?.revision);
  if (!Number.isSafeInteger(revision)) throw new Error('the project has no revision counter');
  return revision;
}

function outboxRow(event: RecordedEvent): OutboxRow {
  return {
    projectId: event.projectId,
    revision: event.revision,
    position: event.position,
    type: event.type,
    at: event.atMs,
    actorKind: event.actor.kind,
    actorId: event.actor.id,
    actorName: event.actor.name,
    requestId: event.requestId,
    ip: event.origin.ip,
    userAgent: event.origin.userAgent,
    subjectType: event.subject.type,
    subjectId: event.subject.id,
    subjectName: event.subject.name,
    before: event.before ?? null,
    after: event.after ?? null,
    data: JSON.stringify(event.data ?? {}),
  };
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
