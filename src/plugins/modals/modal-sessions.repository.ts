import { Injectable } from '@nestjs/common';
import { In, IsNull, LessThanOrEqual, MoreThan, Not } from 'typeorm';
import type { OperationContext, ProjectScope, Role } from '../../platform/authorization/index.js';
import { Database, violatedUnique } from '../../platform/database/index.js';
import { type Page, pageOf, type PageRequest, textOf } from '../../platform/paging/index.js';
import { Clock } from '../../platform/time/index.js';
import type { Control } from '../package/control.js';
import type { ModalSession, ModalStatus, ModalView, NewModalSession } from './modal-session.js';
import { type ModalSessionRow, modalSessionRows } from './modal-sessions.rows.js';

/** A step that has begun: until it ends nobody else writes into the session. */
export interface ModalStep {
  readonly id: string;
  readonly sessionId: string;
}

/** Somebody else opened a session with the same slot meanwhile. */
export class SlotTaken extends Error {}

@Injectable()
export class ModalSessionsRepository {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** @throws SlotTaken */
  async insert(
    tx: OperationContext,
    session: NewModalSession,
    slot: number,
    { id: step, untilMs }: { readonly id: string; readonly untilMs: number },
  ): Promise<void> {
    const { idleAtMs, expiresAtMs, createdAtMs, state, controls, ...plain } = session;
    const row: ModalSessionRow = {
      ...plain,
      ...jsonOf({ state, controls }),
      slot,
      step,
      stepUntil: untilMs,
      idleAt: idleAtMs,
      expiresAt: expiresAtMs,
      createdAt: createdAtMs,
      updatedAt: createdAtMs,
    };
    try {
      await this.rows(tx).insert(row);
    } catch (error) {
      if (violatedUnique(error) !== 'uq_plugin_modal_sessions_slot') throw error;
      throw new SlotTaken();
    }
  }

  /** The slots of a user's open sessions; those of expired ones are given back first. */
  async takenSlots(tx: OperationContext, userId: string): Promise<readonly number[]> {
    const expired = { userId, idleAt: LessThanOrEqual(this.clock.nowMs()) };
    // Looked for first: deleting what is not there would lock the gap where others insert.
    const found = await this.rows(tx).find({ select: { id: true }, where: expired });
    if (found.length > 0) await this.rows(tx).delete({ id: In(found.map(({ id }) => id)) });
    const open = await this.rows(tx).find({
      select: { slot: true },
      where: { userId, slot: Not(IsNull()) },
    });
    return open.map(({ slot }) => slot ?? 0);
  }

  /** Undefined for one that has expired too. */
  async find(ctx: OperationContext, id: string): Promise<ModalSession | undefined> {
    const row = await this.rows(ctx).findOneBy({ id, idleAt: MoreThan(this.clock.nowMs()) });
    return row ? sessionFrom(row) : undefined;
  }

  /** Of one user and plugin, oldest first. */
  async list(
    ctx: OperationContext,
    { userId, plugin }: { readonly userId: string; readonly plugin: string },
    { projects }: ProjectScope,
    page: PageRequest,
  ): Promise<Page<ModalSession>> {
    if (projects !== 'all' && projects.length === 0) return nothing(page);
    const query = this.rows(ctx)
      .createQueryBuilder('session')
      .where('session.userId = :userId', { userId })
      .andWhere('session.plugin = :plugin', { plugin })
      .andWhere('session.idleAt > :now', { now: this.clock.nowMs() })
      .orderBy('session.id', 'ASC');
    if (projects !== 'all') query.andWhere('session.projectId IN (:...projects)', { projects });
    const total = page.total ? await query.getCount() : undefined;
    if (page.after) query.andWhere('session.id > :after', { after: textOf(page.after) });
    const rows = await query.limit(page.limit + 1).getMany();
    return pageOf(rows.map(sessionFrom), page.limit, ({ id }) => [id], total);
  }

  /** False when the session is at another version, has ended, or has a step at work. */
  async beginStep(
    tx: OperationContext,
    session: ModalSession,
    step: ModalStep,
    untilMs: number,
  ): Promise<boolean> {
    const now = this.clock.nowMs();
    const { affected } = await this.rows(tx).update(free(session, now), {
      step: step.id,
      stepUntil: untilMs,
      idleAt: Math.max(idleAt(session, now), untilMs),
    });
    return affected === 1;
  }

  /** Stores what a step has reached. False when the session has ended or the step has lasted too long. */
  async write(tx: OperationContext, step: ModalStep, view: ModalView): Promise<boolean> {
    return this.change(tx, step, { ...jsonOf(view), updatedAt: this.clock.nowMs() });
  }

  /** The same, as the last thing that the step does. */
  async finish(
    tx: OperationContext,
    step: ModalStep,
    session: NewModalSession,
    view: ModalView & { readonly done: boolean },
  ): Promise<boolean> {
    const now = this.clock.nowMs();
    return this.change(tx, step, {
      ...jsonOf(view),
      status: view.done ? 'done' : 'open',
      ...(view.done && { slot: null }),
      ...noStep,
      idleAt: idleAt(session, now),
      updatedAt: now,
    });
  }

  /** Ends a step that reached nothing. */
  async abandon(tx: OperationContext, { id, sessionId }: ModalStep): Promise<void> {
    await this.rows(tx).update({ id: sessionId, step: id }, noStep);
  }

  /** What the user changed. False when the session is not as it was, or has a step at work. */
  async putControls(
    tx: OperationContext,
    session: ModalSession,
    controls: readonly Control[],
  ): Promise<boolean> {
    const now = this.clock.nowMs();
    const { affected } = await this.rows(tx).update(free(session, now), {
      controls: JSON.stringify(controls),
      version: session.version + 1,
      // One that has lasted too long may write no more.
      ...noStep,
      idleAt: idleAt(session, now),
      updatedAt: now,
    });
    return affected === 1;
  }

  async endReplaced(tx: OperationContext, id: string): Promise<void> {
    const ended = { status: 'replaced', slot: null, ...noStep } as const;
    await this.rows(tx).update({ id, slot: Not(IsNull()) }, ended);
  }

  async delete(tx: OperationContext, id: string): Promise<void> {
    await this.rows(tx).delete({ id });
  }

  async hasExpired(ctx: OperationContext, nowMs: number): Promise<boolean> {
    return this.rows(ctx).existsBy({ idleAt: LessThanOrEqual(nowMs) });
  }

  /** Deletes at most `limit` sessions, those that expired first. Answers how many there were. */
  async deleteExpired(tx: OperationContext, nowMs: number, limit: number): Promise<number> {
    const expired = await this.rows(tx).find({
      select: { id: true },
      where: { idleAt: LessThanOrEqual(nowMs) },
      order: { idleAt: 'ASC' },
      take: limit,
    });
    if (expired.length > 0) await this.rows(tx).delete({ id: In(expired.map(({ id }) => id)) });
    return expired.length;
  }

  private async change(
    tx: OperationContext,
    { id: step, sessionId: id }: ModalStep,
    changes: Partial<ModalSessionRow>,
  ): Promise<boolean> {
    const { affected } = await this.rows(tx).update(
      { id, step, slot: Not(IsNull()) },
      // Counted by the database: a plugin may update its session several times at once.
      { ...changes, version: () => 'version + 1' },
    );
    return affected === 1;
  }

  private rows(ctx: OperationContext) {
    return this.database.rows(ctx, modalSessionRows);
  }
}

const noStep = { step: null, stepUntil: 0 } as const;

/** A session that nobody is at work on and that is as it was read. */
function free({ id, version }: ModalSession, now: number) {
  return { id, version, status: 'open', stepUntil: LessThanOrEqual(now) };
}

function idleAt({ idleMs, expiresAtMs }: NewModalSession, now: number): number {
  return Math.min(now + idleMs, expiresAtMs);
}

function jsonOf({ state, controls }: ModalView): Pick<ModalSessionRow, 'state' | 'controls'> {
  return { state: JSON.stringify(state), controls: JSON.stringify(controls) };
}

function nothing({ limit, total }: PageRequest): Page<ModalSession> {
  return pageOf<ModalSession>([], limit, () => [], total ? 0 : undefined);
}

function sessionFrom(row: ModalSessionRow): ModalSession {
  return {
    id: row.id,
    plugin: row.plugin,
    treeDigest: row.treeDigest,
    modal: row.modal,
    role: row.role as Role,
    projectId: row.projectId,
    userId: row.userId,
    status: row.status as ModalStatus,
    version: row.version,
    state: JSON.parse(row.state) as unknown,
    controls: JSON.parse(row.controls) as Control[],
    idleMs: row.idleMs,
    idleAtMs: row.idleAt,
    expiresAtMs: row.expiresAt,
    createdAtMs: row.createdAt,
    updatedAtMs: row.updatedAt,
  };
}
