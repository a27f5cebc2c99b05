import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type { Logger } from 'pino';
import { type OperationContext, backgroundContext } from '../platform/authorization/index.js';
import { Soon } from '../platform/concurrency/index.js';
import { UnitOfWork } from '../platform/database/index.js';
import { Outbox, OutboxRepository, type RecordedEvent } from '../platform/events/index.js';
import { LOGGER } from '../platform/telemetry/index.js';
import { chain } from './audit-entry.js';
import { AuditLease } from './audit-lease.js';
import { AuditRepository, type PendingProject } from './audit.repository.js';

const POLL_INTERVAL_MS = 1_000;
/** Events of commits that come close together are chained together, which costs once. */
const GATHER_MS = 50;
/** Together they bound one transaction to 500 entries, unless a single revision has more. */
const PROJECTS_PER_BATCH = 10;
const EVENTS_PER_PROJECT = 50;

/**
 * Copies events from the outbox into the trail, whichever instance they happened on:
 *
 *   lease row  ->  head  ->  events after each project's cursor  ->  entries, head, cursors  ->  COMMIT
 *
 * The lock on the lease's row, held until COMMIT, is what keeps the chain from forking; the lease's
 * time only says whose turn it is. Revisions are gapless and in the order of commits, so one cursor
 * per project misses nothing, and a batch takes whole revisions only.
 */
@Injectable()
export class AuditSequencer implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly ctx = backgroundContext('audit');
  private running: Promise<void> = Promise.resolve();
  private waiting: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private readonly soon = new Soon(GATHER_MS, () => void this.run());
  private stopped = false;
  private failing = false;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly lease: AuditLease,
    private readonly outbox: Outbox,
    private readonly events: OutboxRepository,
    private readonly repository: AuditRepository,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.outbox.onCommit(() => {
      this.soon.ask();
    });
    // What other instances recorded, and what failed before, is found by looking.
    this.timer = setInterval(() => void this.run(), POLL_INTERVAL_MS).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.stop();
  }

  /** Ends after the batch that is being written; the next instance or start does the rest. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    this.soon.cancel();
    await this.running;
  }

  /**
   * Appends everything that was recorded before the call, unless another instance holds the lease.
   * Calls that come while it works share one more round. Never rejects: a failure is logged when it
   * begins and when it ends, and the next call tries again.
   */
  async run(): Promise<void> {
    this.waiting ??= this.running.then(() => {
      this.waiting = undefined;
      this.running = this.drain();
      return this.running;
    });
    return this.waiting;
  }

  private async drain(): Promise<void> {
    try {
      let more = true;
      // Looking comes first and takes no lock, so that an idle instance writes nothing.
      while (more && !this.stopped && (await this.hasPending())) more = await this.appendBatch();
      if (this.failing) this.logger.info('the audit trail is written again');
      this.failing = false;
    } catch (error) {
      if (!this.failing) this.logger.error({ err: error }, 'the audit trail cannot be written');
      this.failing = true;
    }
  }

  private async hasPending(): Promise<boolean> {
    return (await this.repository.listPending(this.ctx, 1)).length > 0;
  }

  /**
   * Whether there is more than a batch takes. What came while it was written waits for what comes
   * with it; a batch for each few events costs more than the events. Nothing more, either, when it
   * is another instance's turn.
   */
  private async appendBatch(): Promise<boolean> {
    return this.unitOfWork.run(this.ctx, async (tx) => {
      if (!(await this.lease.hold(tx))) return false;
      // These reads must come after the lock: the instance that had it may have just committed.
      const head = await this.repository.getHead(tx);
      const events: RecordedEvent[] = [];
      const pending = await this.repository.listPending(tx, PROJECTS_PER_BATCH);
      let more = pending.length === PROJECTS_PER_BATCH;
      for (const project of pending) {
        const found = await this.wholeRevisions(tx, project, EVENTS_PER_PROJECT);
        more ||= found.more;
        events.push(...found.events);
        const last = found.events.at(-1);
        if (last) await this.repository.moveCursor(tx, project.projectId, last.revision);
      }
      await this.repository.append(tx, chain(head, events));
      return more;
    });
  }

  private async wholeRevisions(
    tx: OperationContext,
    project: PendingProject,
    limit: number,
  ): Promise<{ readonly events: readonly RecordedEvent[]; readonly more: boolean }> {
    const { projectId, revision } = project;
    const events = await this.events.listAfter(tx, projectId, revision, limit);
    if (events.length < limit) return { events, more: false };
    const cut = events.at(-1)?.revision;
    const whole = events.filter((event) => event.revision !== cut);
    return whole.length > 0
      ? { events: whole, more: true }
      : this.wholeRevisions(tx, project, limit * 2);
  }
}
