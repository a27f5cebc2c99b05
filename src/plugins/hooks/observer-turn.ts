import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { systemContext } from '../../platform/authorization/index.js';
import { newId } from '../../platform/crypto/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { OutboxRepository, type RecordedEvent } from '../../platform/events/index.js';
import { LOGGER } from '../../platform/telemetry/index.js';
import { Clock } from '../../platform/time/index.js';
import { ActivePlugins } from '../catalog/active-plugins.js';
import { PluginHost } from '../host/plugin-host.port.js';
import type { CallOutcome } from '../runner/runner-outcome.js';
import { HookMetrics } from './hook-metrics.js';
import { type ObservedEvent, observedEvent } from './observed-event.js';
import { busyDelayMs, observerDelayMs } from './observer-retries.js';
import {
  type ObserverClaim,
  type ObserverCursor,
  ObserversRepository,
  type ProjectBehind,
} from './observers.repository.js';
import { observedBy } from './plugin-hooks.js';

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
    private readonly active: ActivePlugins,
    private readonly host: PluginHost,
    private readonly clock: Clock,
    private readonly metrics: HookMetrics,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

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
      const found = this.active.get(plugin);
      if (!found) return false;
      const observed = observedEvent(event, project.name);
      if (!observed || !observedBy(found).has(event.type)) continue;
      const target = { kind: 'hook', event: event.type } as const;
      const ref = { ...project, actingAs: 'system' } as const;
      const call = { ctx: systemContext(`plugin:${plugin}`), plugin: found, project: ref };
      const host = this.host.of({ ...call, within: 'observer' });
      const next = this.after(plugin, observed, tries, await found.call(target, observed, host));
      if (next === 'stopped') return false;
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

  /** What comes of one try. */
  private after(
    plugin: string,
    { type, id }: ObservedEvent,
    tries: number,
    outcome: CallOutcome,
  ): Next | 'stopped' {
    const now = this.clock.nowMs();
    if (outcome.ok) {
      this.metrics.countObserved(plugin, 'told');
      return { tries: 0, dueAtMs: null };
    }
    const { reason } = outcome;
    if (reason === 'stopped') return 'stopped';
    if (reason === 'busy') return { tries, dueAtMs: now + busyDelayMs };
    const delayMs = observerDelayMs(tries + 1);
    if (delayMs !== undefined) {
      this.metrics.countObserved(plugin, 'retried');
      return { tries: tries + 1, dueAtMs: now + delayMs };
    }
    this.metrics.countObserved(plugin, 'skipped');
    this.logger.warn({ plugin, hook: type, event: id, reason }, 'a plugin was not told of an event');
    return { tries: 0, dueAtMs: null };
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

/** When the event is to be tried again; null when it is done. */
type Next = Pick<ObserverCursor, 'tries' | 'dueAtMs'>;

function isNews({ revision, position }: RecordedEvent, cursor: ObserverCursor): boolean {
  return revision > cursor.revision + 1 || position >= cursor.position;
}

function placeOf(event: RecordedEvent, { dueAtMs }: Next) {
  const after = placeAfter(event);
  return dueAtMs === null ? after : { ...after, position: event.position };
}

function placeAfter({ revision, position }: RecordedEvent) {
  return { revision: revision - 1, position: position + 1 };
}
