import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { RefusalTrail } from '../../access/index.js';
import type { OperationContext, ProjectRef } from '../../platform/authorization/index.js';
import { LOGGER } from '../../platform/telemetry/index.js';
import { ActivePlugins } from '../catalog/active-plugins.js';
import { DecidedPlugins } from '../catalog/decided-plugins.js';
import { PluginCatalog } from '../catalog/plugin-catalog.js';
import { PluginHost } from '../host/plugin-host.port.js';
import type { VetoEvent } from '../package/manifest.js';
import { HookMetrics } from './hook-metrics.js';
import { vetoHooksOf } from './plugin-hooks.js';
import { VetoRound } from './veto-round.js';

/**
 * Asks plugins before something happens. Must be called outside of any transaction: a plugin has as
 * much as a second, and may write to its own state meanwhile.
 */
@Injectable()
export class VetoHooks {
  constructor(
    private readonly active: ActivePlugins,
    private readonly decided: DecidedPlugins,
    private readonly catalog: PluginCatalog,
    private readonly host: PluginHost,
    private readonly metrics: HookMetrics,
    private readonly refusals: RefusalTrail,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Whether anybody would be asked, or is missing. Without it a use case prepares no question and reads nothing. */
  isAsked(event: VetoEvent): boolean {
    if (vetoHooksOf(this.active.all(), event).length > 0) return true;
    return this.decided.missing(event) !== undefined;
  }

  /**
   * For all questions of one request, which share one second.
   *
   * @param project as the policy gave it to the caller for what is about to happen
   */
  begin(ctx: OperationContext, project: ProjectRef): VetoRound {
    const { active, decided, catalog, host, metrics, refusals, logger } = this;
    const parts = { active, decided, catalog, host, metrics, refusals, logger };
    return new VetoRound(parts, ctx, project);
  }
}
