import { Injectable } from '@nestjs/common';
import { systemContext } from '../../platform/authorization/index.js';
import { newId } from '../../platform/crypto/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { ChangeFeed, OutboxRepository, type RecordedEvent } from '../../platform/events/index.js';
import { ObserverCall, type ObserverNext } from './observer-call.js';
import {
  type ObserverClaim,
  type ObserverCursor,
  ObserversRepository,
  type ProjectBehind,
} from './observers.repository.js';

/** Longer than one call and its writes may take; then another instance takes over. */
const CLAIM_MS = 60_000;
const PROJECTS_PER_BATCH = 20;
const EVENTS_PER_PROJECT = 100;

/**
 * Tells one plugin what happened, oldest first in each project:
 *
 *   claim on the plugin  ->  projects it is behind in  ->  an event  ->  its hook  ->  how far it is, COMMIT
 *
 * How far it is is written after the hook ended, so that an instance or a runner that dies in between
 * leaves an event to be told again, and never one untold.
 */
@Injectable()
export class ObserverTurn {
  private readonly ctx = systemContext('observers');
  private readonly claim: ObserverClaim = { instance: newId(), durationMs: CLAIM_MS };
  private readonly begun = new Set<string>();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly observers: ObserversRepository,
    private readonly events: OutboxRepository,
    private readonly call: ObserverCall,
    feed: ChangeFeed,
  ) {
    // The database may have lost that they began.
    feed.listen({
      gap: () => {
        this.begun.clear();
      },
    });
  }

  /** Everything that is due now, unless another instance is at it. */
  async take(plugin: string, signal: AbortSignal): Promise<void> {
    await this.begin(plugin);
    // Looking takes no lock, so that an idle instance writes nothing.
    while (!signal.aborted && (await this.observers.listBehind(this.ctx, plugin, 1)).length > 0) {
      const isMine = await this.unitOfWork.run(this.ctx, (tx) =>
        this.observers.claim(tx, plugin, this.claim),
      );
      if (!isMine || !(await this.tellAndRelease(plugin, signal))) return;
    }
  }

  private async begin(plugin: string): Promise<void> {
    if (this.begun.has(plugin)) return;
    await this.unitOfWork.run(this.ctx, (tx) => this.observers.begin(tx, plugin));
    this.begun.add(plugin);
  }

  private async tellAndRelease(plugin: string, signal: AbortSignal): Promise<boolean> {
    try {
      return await this.tellBatch(plugin, signal);
    } finally {
      await this.unitOfWork.run(this.ctx, (tx) => this.observers.release(tx, plugin, this.claim));
    }
  }

  /** False when the plugin or the right to tell it is gone. */
  private async tellBatch(plugin: string, signal: AbortSignal): Promise<boolean> {
    // Read after the claim: the instance that had it may have just told something.
    for (const behind of await this.observers.listBehind(this.ctx, plugin, PROJECTS_PER_BATCH)) {
      if (signal.aborted || !(await this.tellOf(plugin, behind, signal))) return false;
    }
    return true;
  }

  private async tellOf(
    plugin: string,
    { project, cursor }: ProjectBehind,
    signal: AbortSignal,
  ): Promise<boolean> {
    const limit = cursor.position + EVENTS_PER_PROJECT;
    const events = await this.events.listAfter(this.ctx, project.id, cursor.revision, limit);
    let { tries } = cursor;
    for (const event of events.filter((one) => isNews(one, cursor))) {
      if (signal.aborted) return false;
      const next = await this.call.tell(plugin, project, event, tries);
      if (next === 'stopped') return false;
      if (next === 'not for it') continue;
      tries = 0;
      const isStill = await this.advance(plugin, project.id, { ...placeOf(event, next), ...next });
      if (!isStill) return false;
      if (next.dueAtMs !== null) return true;
    }
    const last = events.at(-1);
    if (!last) return false;
    const place =
      events.length < limit ? { revision: last.revision, position: 0 } : placeAfter(last);
    return this.advance(plugin, project.id, { ...place, tries: 0, dueAtMs: null });
  }

  /** False when another instance has taken over, which then is where it was told to be. */
  private async advance(
    plugin: string,
    projectId: string,
    cursor: ObserverCursor,
  ): Promise<boolean> {
    return this.unitOfWork.run(this.ctx, async (tx) => {
      if (!(await this.observers.claim(tx, plugin, this.claim))) return false;
      await this.observers.advance(tx, plugin, projectId, cursor);
      return true;
    });
  }
}

function isNews({ revision, position }: RecordedEvent, cursor: ObserverCursor): boolean {
  return revision > cursor.revision + 1 || position >= cursor.position;
}

function placeOf(event: RecordedEvent, { dueAtMs }: ObserverNext) {
  const after = placeAfter(event);
  return dueAtMs === null ? after : { ...after, position: event.position };
}

function placeAfter({ revision, position }: RecordedEvent) {
  return { revision: revision - 1, position: position + 1 };
}
