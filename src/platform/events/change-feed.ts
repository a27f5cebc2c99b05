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
  /** In the order of revisions, each revision whole and once, from wherever it was committed. */
  readonly followed?: (projectId: string, events: readonly RecordedEvent[]) => void;
  /** So much happened in the project that it is not told: the next revision is after this one. */
  readonly gap: (projectId: string, revision: number) => void;
}

/**
 * What happens on every instance, heard on this one.
 *
 *   COMMIT here       ->  changed, at once                      ->  signal to the others
 *   signal of others  ->  events of these projects after the cursor
 *   each second       ->  every revision counter                ->  events of those that moved
 *
 * Revisions are gapless and in the order of commits (outbox.ts), so one cursor per project misses
 * nothing, and a signal that gets lost costs a second and no change.
 */
@Injectable()
export class ChangeFeed implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly ctx = backgroundContext('change-feed');
  private readonly listeners = new Set<ChangeListener>();
  private readonly cursors = new Map<string, number>();
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
    for (const { projectId, revision } of await this.repository.listRevisions(this.ctx)) {
      this.cursors.set(projectId, revision);
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
    return this.cursors.get(projectId) ?? 0;
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
    for (const { projectId, revision } of await this.repository.listRevisions(this.ctx)) {
      if (revision > this.revisionOf(projectId)) await this.follow(projectId);
    }
    this.confirmedAt = at;
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
    const revision = await this.repository.getRevision(this.ctx, projectId);
    this.cursors.set(projectId, revision);
    this.tell(({ gap }) => {
      gap(projectId, revision);
    });
  }

  private advance(projectId: string, events: readonly RecordedEvent[]): void {
    this.cursors.set(projectId, events.at(-1)?.revision ?? 0);
    this.tell(({ followed }) => followed?.(projectId, events));
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
