import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { systemContext } from '../../platform/authorization/index.js';
import type { RecordedEvent } from '../../platform/events/index.js';
import { LOGGER } from '../../platform/telemetry/index.js';
import { Clock } from '../../platform/time/index.js';
import { ActivePlugins } from '../catalog/active-plugins.js';
import { PluginHost } from '../host/plugin-host.port.js';
import type { FailureReason } from '../runner/runner-outcome.js';
import { HookMetrics } from './hook-metrics.js';
import { type ObservedEvent, observedEvent } from './observed-event.js';
import { busyDelayMs, observerDelayMs } from './observer-retries.js';
import type { ObserverCursor, ProjectBehind } from './observers.repository.js';
import { observedBy } from './plugin-hooks.js';

/** When the event is to be tried again; null when it is done. */
export type ObserverNext = Pick<ObserverCursor, 'tries' | 'dueAtMs'>;

const done: ObserverNext = { tries: 0, dueAtMs: null };

/** Tells a plugin of one event, once. Must be called outside of any transaction. */
@Injectable()
export class ObserverCall {
  constructor(
    private readonly active: ActivePlugins,
    private readonly host: PluginHost,
    private readonly clock: Clock,
    private readonly metrics: HookMetrics,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * The plugin acts for nobody: what its capabilities let it read is what the program itself may read,
   * and of this project only.
   *
   * @param tries how often it was told in vain before
   */
  async tell(
    name: string,
    project: ProjectBehind['project'],
    event: RecordedEvent,
    tries: number,
  ): Promise<ObserverNext | 'stopped' | 'not for it'> {
    const plugin = this.active.get(name);
    if (!plugin) return 'stopped';
    const observed = observedEvent(event, project.name);
    if (!observed || !observedBy(plugin).has(event.type)) return 'not for it';
    const host = this.host.of({
      ctx: systemContext(`plugin:${name}`),
      plugin,
      project: { ...project, actingAs: 'system' },
      within: 'observer',
    });
    const outcome = await plugin.call({ kind: 'hook', event: event.type }, observed, host);
    if (!outcome.ok) return this.failed(name, observed, tries, outcome.reason);
    this.metrics.countObserved(name, 'told');
    return done;
  }

  private failed(
    plugin: string,
    { type, id }: ObservedEvent,
    tries: number,
    reason: FailureReason,
  ): ObserverNext | 'stopped' {
    if (reason === 'stopped') return 'stopped';
    const now = this.clock.nowMs();
    if (reason === 'busy') return { tries, dueAtMs: now + busyDelayMs };
    const delayMs = observerDelayMs(tries + 1);
    if (delayMs !== undefined) {
      this.metrics.countObserved(plugin, 'retried');
      return { tries: tries + 1, dueAtMs: now + delayMs };
    }
    this.metrics.countObserved(plugin, 'skipped');
    this.logger.warn(
      { plugin, hook: type, event: id, reason },
      'a plugin was not told of an event',
    );
    return done;
  }
}
