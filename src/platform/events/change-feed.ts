import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type { Logger } from 'pino';
import { backgroundContext } from '../authorization/index.js';
import { LOGGER } from '../telemetry/index.js';
import { MonotonicClock } from '../time/index.js';
import { ChangeSignal } from './change-signal.port.js';
import type { RecordedEvent } from './event.js';
import {
  type HeardMarks,
  HeardRevisions,
  last,
  type MarkedRevision,
  markedRevision,
  NOTHING,
} from './heard-revisions.js';
import { OutboxRepository } from './outbox.repository.js';
import { Outbox } from './outbox.js';

/** How often every instance looks, whoever told it: so often that a look, too, is over in a second. */
export const POLL_INTERVAL_MS = 800;
/** An instance that has not looked for so long does not know what it serves. */
export const CONFIRMED_FOR_MS = 5_000;
/** More than that in one project at once is told as a gap: whoever cares looks for itself. */
export const MAX_EVENTS_AT_ONCE = 1_000;

/** Something that depends on what is in the database, and has to hear when that changes. */
export interface ChangeListener {
  /**
   * As soon as it is known, at least once, and in no order. Commits of this instance are told before
   * whoever made them is answered.
   */
  readonly changed?: (events: readonly RecordedEvent[]) => void;
  /**
   * In the order of revisions, each revision whole and once until there is a gap, from wherever it was
   * committed.
   */
  readonly followed?: (projectId: string, events: readonly RecordedEvent[]) => void;
  /**
   * Something happened in the project that is not told, or did not happen after all: the next revision
   * is after this one, which may be an earlier one than the last that was told.
   */
  readonly gap: (projectId: string, revision: number) => void;
}

/**
 * What happens on every instance, heard on this one.
 *
 *   COMMIT here       ->  changed, at once                      ->  signal to the others
 *   signal of others  ->  events of these projects after the cursor
 *   each second       ->  every revision counter                ->  events of those that moved
 *                           is not what was heard here          ->  a gap of every project
 *
 * Revisions are gapless and in the order of commits (outbox.ts), so one cursor per project misses
 * nothing, and a signal that gets lost costs a second and no change. A database that takes the place of
 * another, after a failover or a restore, may have lost commits that were heard here.
 */
@Injectable()
export class ChangeFeed implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly ctx = backgroundContext('change-feed');
  private readonly listeners = new Set<ChangeListener>();
  private readonly heard = new HeardRevisions();
  /** Projects to look at in the next round; `all` asks the counters. */
  private wanted: Set<string> | 'all' = 'all';
  private running: Promise<void> | undefined;
  private confirmedAt = -Infinity;
  private timer: NodeJS.Timeout | undefined;
  private started = false;
  private stopped = false;
  private failing = false;

  constructor(
    private readonly outbox: Outbox,
    private readonly repository: OutboxRepository,
    private readonly signal: ChangeSignal,
    private readonly clock: MonotonicClock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** What was committed before is not told: whoever loads after this sees it. */
  async onApplicationBootstrap(): Promise<void> {
    const at = this.clock.nowMs();
    for (const [projectId, revision] of await this.findRevisions()) {
      this.heard.set(projectId, revision);
    }
    this.confirmedAt = at;
    this.started = true;
    this.outbox.onCommit((events) => {
      this.committed(events);
    });
    this.signal.onAnnounced((projectIds) => {
      this.look(projectIds ?? 'all');
    });
    this.timer = setInterval(() => {
      this.look('all');
    }, POLL_INTERVAL_MS).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.running;
  }

  /** @returns how to stop listening */
  listen(listener: ChangeListener): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Milliseconds since everything that other instances had committed was known here. */
  unconfirmedMs(): number {
    return this.clock.nowMs() - this.confirmedAt;
  }

  /** Whether what is held in memory may still be taken for what the database says. */
  isConfirmed(): boolean {
    return this.unconfirmedMs() < CONFIRMED_FOR_MS;
  }

  /** The revision up to which this instance has heard what happened in the project. */
  revisionOf(projectId: string): number {
    return this.heard.revisionOf(projectId);
  }

  /** Looks at once, and resolves when everything committed before the call has been told. */
  async catchUp(): Promise<void> {
    // The round that runs may have read before.
    await this.running;
    this.look('all');
    await this.running;
  }

  private committed(events: readonly RecordedEvent[]): void {
    this.tell(({ changed }) => changed?.(events));
    const byProject = Map.groupBy(events, ({ projectId }) => projectId);
    for (const [projectId, own] of byProject) {
      // Nobody committed in between, so there is nothing to look for.
      if (own[0]?.revision === this.revisionOf(projectId) + 1) this.advance(projectId, own);
      else this.look([projectId]);
    }
    this.signal.announce([...byProject.keys()]);
  }

  private look(at: readonly string[] | 'all'): void {
    if (!this.started || this.stopped) return;
    if (at === 'all' || this.wanted === 'all') this.wanted = 'all';
    else for (const projectId of at) this.wanted.add(projectId);
    this.running ??= this.rounds().finally(() => {
      this.running = undefined;
    });
  }

  private async rounds(): Promise<void> {
    try {
      while (!this.stopped && (this.wanted === 'all' || this.wanted.size > 0)) {
        const wanted = this.wanted;
        this.wanted = new Set();
        if (wanted === 'all') await this.lookEverywhere();
        else for (const projectId of wanted) await this.follow(projectId);
      }
      if (this.failing) this.logger.info('changes of other instances are heard again');
      this.failing = false;
    } catch (error) {
      if (!this.failing) this.logger.error({ err: error }, 'changes of others cannot be heard');
      this.failing = true;
      this.wanted = 'all';
    }
  }

  private async lookEverywhere(): Promise<void> {
    const at = this.clock.nowMs();
    // Before the question: what is committed here meanwhile looks the same as what was lost.
    const noted = this.heard.note();
    const found = await this.findRevisions();
    if (!(await this.isAsHeard(noted, found))) {
      await this.beginAnew();
      return;
    }
    for (const [projectId, { revision }] of found) {
      if (revision > this.revisionOf(projectId)) await this.follow(projectId);
    }
    this.confirmedAt = at;
  }

  private async findRevisions(): Promise<ReadonlyMap<string, MarkedRevision>> {
    const rows = await this.repository.listRevisions(this.ctx);
    return new Map(rows.map(({ projectId, ...revision }) => [projectId, revision]));
  }

  /** Whether everything that was heard is in the database. */
  private async isAsHeard(
    noted: ReadonlyMap<string, HeardMarks>,
    found: ReadonlyMap<string, MarkedRevision>,
  ): Promise<boolean> {
    for (const [projectId, marks] of noted) {
      const [first] = marks;
      const now = found.get(projectId) ?? NOTHING;
      if (now.revision < last(marks).revision) return false;
      // Nothing happened since the last look, unless it happened to another database.
      if (now.revision === first.revision && now.mark === first.mark) continue;
      if (!(await this.holds(projectId, marks))) return false;
      this.heard.verified(projectId, marks);
    }
    return true;
  }

  /**
   * All of them, because what was committed here after the database went back follows upon revisions
   * that it has, however many were heard that it has not.
   */
  private async holds(projectId: string, marks: HeardMarks): Promise<boolean> {
    const from = marks[0].revision;
    const upTo = last(marks).revision;
    const held = await this.repository.listMarks(this.ctx, projectId, from, upTo);
    return marks.every(({ revision, mark }) => (held.get(revision) ?? NOTHING.mark) === mark);
  }

  /** Of every project: one whose changes were lost says it of the database. */
  private async beginAnew(): Promise<void> {
    this.logger.error('the database lost changes that were heard: everything is loaded anew');
    // Asked again: what was found before may be older than the loss.
    const found = await this.findRevisions();
    const projectIds = new Set([...this.heard.clear(), ...found.keys()]);
    for (const [projectId, revision] of found) this.heard.set(projectId, revision);
    for (const projectId of projectIds) this.tellGap(projectId);
    // What was committed here meanwhile is after the gap, and has to be told again: the next round does.
    this.wanted = 'all';
  }

  private async follow(projectId: string): Promise<void> {
    for (;;) {
      const after = this.revisionOf(projectId);
      const found = await this.repository.listAfter(
        this.ctx,
        projectId,
        after,
        MAX_EVENTS_AT_ONCE + 1,
      );
      if (found.length > MAX_EVENTS_AT_ONCE) {
        await this.skip(projectId);
        continue;
      }
      // What was committed here meanwhile has been told.
      const events = found.filter(({ revision }) => revision > this.revisionOf(projectId));
      if (events.length === 0) return;
      this.tell(({ changed }) => changed?.(events));
      this.advance(projectId, events);
    }
  }

  private async skip(projectId: string): Promise<void> {
    this.heard.set(projectId, await this.repository.getRevision(this.ctx, projectId));
    this.tellGap(projectId);
  }

  private advance(projectId: string, events: readonly RecordedEvent[]): void {
    const newest = events.at(-1);
    if (newest) this.heard.add(projectId, markedRevision(newest));
    this.tell(({ followed }) => followed?.(projectId, events));
  }

  private tellGap(projectId: string): void {
    const revision = this.revisionOf(projectId);
    this.tell(({ gap }) => {
      gap(projectId, revision);
    });
  }

  private tell(news: (listener: ChangeListener) => void): void {
    for (const listener of [...this.listeners]) {
      try {
        news(listener);
      } catch (error) {
        this.logger.error({ err: error }, 'a listener of the change feed failed');
      }
    }
  }
}
