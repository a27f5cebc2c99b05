import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../authorization/index.js';
import { requireTransaction } from '../database/index.js';
import type { NewEvent, RecordedEvent } from './event.js';
import { OutboxRepository } from './outbox.repository.js';

/**
 * What happened, written in the transaction that made it happen. Audit, revisions, the change feed,
 * webhooks and cache invalidation all derive from it.
 *
 *   business rows  ->  UPDATE revision counter  ->  outbox rows  ->  COMMIT  ->  listeners
 *
 * The counter is the last lock a transaction takes, so that it is held for the shortest time and
 * never waited for by somebody who holds something else.
 */
@Injectable()
export class Outbox {
  private readonly pending = new WeakMap<object, NewEvent[]>();
  private readonly listeners = new Set<(events: readonly RecordedEvent[]) => void>();

  constructor(private readonly repository: OutboxRepository) {}

  /** Records an event of the open unit of work; it is lost when the unit rolls back. */
  record(tx: OperationContext, event: NewEvent): void {
    const transaction = requireTransaction(tx);
    const events = this.pending.get(transaction);
    if (events) {
      events.push(event);
      return;
    }
    const first = [event];
    let recorded: readonly RecordedEvent[] = [];
    this.pending.set(transaction, first);
    transaction.beforeCommit.push(async () => {
      recorded = await this.write(tx, first);
    });
    transaction.afterCommit.push(() => {
      for (const listener of this.listeners) listener(recorded);
    });
  }

  /** How far the events of a project have come, for whoever reads on from now. */
  async currentRevision(ctx: OperationContext, projectId: string): Promise<number> {
    return (await this.repository.getRevision(ctx, projectId)).revision;
  }

  /**
   * Calls the listener after every commit on this instance that recorded something, with what it
   * recorded and before whoever wrote it is answered. It must be quick and must not throw.
   */
  onCommit(listener: (events: readonly RecordedEvent[]) => void): void {
    this.listeners.add(listener);
  }

  /** Projects in the order of their ids, so that two transactions never wait for each other. */
  private async write(
    tx: OperationContext,
    events: readonly NewEvent[],
  ): Promise<readonly RecordedEvent[]> {
    const byProject = Map.groupBy(events, (event) => event.projectId);
    const recorded: RecordedEvent[] = [];
    for (const projectId of [...byProject.keys()].sort()) {
      const revision = await this.repository.nextRevision(tx, projectId);
      const kept = await this.repository.insert(tx, revision, byProject.get(projectId) ?? []);
      recorded.push(...kept);
    }
    return recorded;
  }
}
