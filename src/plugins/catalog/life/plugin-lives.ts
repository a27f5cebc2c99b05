import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { backgroundContext } from '../../../platform/authorization/index.js';
import { UnitOfWork } from '../../../platform/database/index.js';
import { Outbox } from '../../../platform/events/index.js';
import { LOGGER } from '../../../platform/telemetry/index.js';
import { MonotonicClock } from '../../../platform/time/index.js';
import { TrustService } from '../../approvals/trust.service.js';
import { ActivePlugins } from '../active-plugins.js';
import { pluginSwitched } from '../catalog.events.js';
import { PluginsFolder } from '../folder/plugins-folder.js';
import { PluginMetrics } from '../health/plugin-metrics.js';
import { SwitchesRepository } from '../switches/switches.repository.js';
import { type LifeParts, ManagedPlugin } from './managed-plugin.js';
import { PluginStarter } from './plugin-starter.js';

/** The token for the compiled program of a runner; undefined for the one beside this program. */
export const RUNNER_PROGRAM = Symbol('runner program');

/** Hands each plugin what it lives on. */
@Injectable()
export class PluginLives {
  private readonly ctx = backgroundContext('plugins');
  private readonly parts: LifeParts;

  constructor(
    folder: PluginsFolder,
    trust: TrustService,
    private readonly switches: SwitchesRepository,
    active: ActivePlugins,
    metrics: PluginMetrics,
    clock: MonotonicClock,
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
    @Inject(LOGGER) logger: Logger,
    @Inject(RUNNER_PROGRAM) program: string | undefined,
  ) {
    const starter = new PluginStarter(program, { metrics, clock, logger });
    const quarantine = (name: string, reason: string) => this.quarantine(name, reason);
    this.parts = { folder, trust, switches, active, starter, metrics, clock, logger, quarantine };
  }

  manage(name: string): ManagedPlugin {
    return new ManagedPlugin(name, this.parts);
  }

  /** One that an admin turned off meanwhile stays so: that is no less. */
  private async quarantine(name: string, reason: string): Promise<void> {
    const switched = { state: 'quarantined', reason } as const;
    await this.unitOfWork.run(this.ctx, async (tx) => {
      const before = await this.switches.find(tx, name);
      if (before && before.state !== 'enabled') return;
      await this.switches.put(tx, name, switched);
      this.outbox.record(tx, pluginSwitched(name, switched));
    });
  }
}
