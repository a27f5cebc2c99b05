import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../../platform/authorization/index.js';
import { newId } from '../../platform/crypto/index.js';
import { Database, safeInteger } from '../../platform/database/index.js';
import { Clock } from '../../platform/time/index.js';
import { observerCursorRows, observerRows } from './observers.rows.js';

/** Where a plugin goes on in a project. */
export interface ObserverCursor {
  /** The last revision of which all is done. */
  readonly revision: number;
  /** How many events of the next one are done. */
  readonly position: number;
  /** How often the next event was tried in vain. */
  readonly tries: number;
  readonly dueAtMs: number | null;
}

/** A project with events that a plugin has not heard of. */
export interface ProjectBehind {
  readonly project: { readonly id: string; readonly name: string; readonly archived: boolean };
  readonly cursor: ObserverCursor;
}

/** The right to tell one plugin, which one instance has at a time. */
export interface ObserverClaim {
  readonly instance: string;
  readonly durationMs: number;
}

@Injectable()
export class ObserversRepository {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Has a plugin hear of what happens from now on. Does nothing for one that does already, which goes on
   * where it stopped.
   */
  async begin(tx: OperationContext, plugin: string): Promise<void> {
    const rows = this.observers(tx);
    // The upsert locks the row on every database, and changes nothing of one that is there.
    await rows
      .createQueryBuilder()
      .insert()
      .values({ plugin, claimedBy: null, claimedUntil: 0, observesSince: null })
      .orUpdate(['plugin'], ['plugin'])
      .execute();
    const { observesSince } = await rows.findOneByOrFail({ plugin });
    if (observesSince !== null) return;
    for (const { id, revision } of await this.listRevisions(tx)) {
      await this.cursors(tx).insert(startAt(plugin, id, revision));
    }
    await rows.update({ plugin }, { observesSince: this.clock.nowMs() });
  }

  /** Takes the right to tell the plugin, or keeps it for longer. False when another instance has it. */
  async claim(
    tx: OperationContext,
    plugin: string,
    { instance, durationMs }: ObserverClaim,
  ): Promise<boolean> {
    const now = this.clock.nowMs();
    const { affected } = await this.observers(tx)
      .createQueryBuilder()
      .update()
      .set({ claimedBy: instance, claimedUntil: now + durationMs })
      .where('plugin = :plugin AND (claimed_by = :instance OR claimed_until < :now)', {
        ...{ plugin, instance, now },
      })
      .execute();
    return affected === 1;
  }

  async release(tx: OperationContext, plugin: string, { instance }: ObserverClaim): Promise<void> {
    await this.observers(tx).update({ plugin, claimedBy: instance }, { claimedUntil: 0 });
  }

  /** Projects of which the plugin may hear something now, those furthest behind first. */
  async listBehind(
    ctx: OperationContext,
    plugin: string,
    limit: number,
  ): Promise<readonly ProjectBehind[]> {
    // DIALECT: only Postgres numbers its parameters.
    const [first, second] = this.database.dialect === 'postgres' ? ['$1', '$2'] : ['?', '?'];
    const rows = await this.database.manager(ctx).query<BehindRow[]>(
      `SELECT project.id AS id, project.name AS name, project.archived_at AS archived,
              place.revision AS revision, place.position AS position,
              place.tries AS tries, place.due_at AS due
       FROM project_revisions counter
       JOIN projects project ON project.id = counter.project_id
       LEFT JOIN plugin_observer_cursors place
         ON place.project_id = counter.project_id AND place.plugin = ${first}
       WHERE counter.revision > COALESCE(place.revision, 0)
         AND (place.due_at IS NULL OR place.due_at <= ${second})
       ORDER BY counter.revision - COALESCE(place.revision, 0) DESC, project.id
       LIMIT ${limit}`,
      [plugin, this.clock.nowMs()],
    );
    return rows.map(({ id, name, archived, revision, position, tries, due }) => ({
      project: { id, name, archived: archived !== null },
      cursor: {
        revision: safeInteger(revision) ?? 0,
        position: safeInteger(position) ?? 0,
        tries: safeInteger(tries) ?? 0,
        dueAtMs: safeInteger(due),
      },
    }));
  }

  async advance(
    tx: OperationContext,
    plugin: string,
    projectId: string,
    { revision, position, tries, dueAtMs: dueAt }: ObserverCursor,
  ): Promise<void> {
    const place = { revision, position, tries, dueAt };
    const { affected } = await this.cursors(tx).update({ plugin, projectId }, place);
    if (affected === 1) return;
    await this.cursors(tx).insert({ ...startAt(plugin, projectId, 0), ...place });
  }

  private async listRevisions(tx: OperationContext) {
    const rows = await this.database.manager(tx).query<{ id: string; revision: unknown }[]>(
      `SELECT project.id AS id, counter.revision AS revision
       FROM projects project JOIN project_revisions counter ON counter.project_id = project.id`,
    );
    return rows.map(({ id, revision }) => ({ id, revision: safeInteger(revision) ?? 0 }));
  }

  private observers(ctx: OperationContext) {
    return this.database.rows(ctx, observerRows);
  }

  private cursors(ctx: OperationContext) {
    return this.database.rows(ctx, observerCursorRows);
  }
}

interface BehindRow {
  readonly id: string;
  readonly name: string;
  readonly archived: unknown;
  readonly revision: unknown;
  readonly position: unknown;
  readonly tries: unknown;
  readonly due: unknown;
}

function startAt(plugin: string, projectId: string, revision: number) {
  return { id: newId(), plugin, projectId, revision, position: 0, tries: 0, dueAt: null };
}
