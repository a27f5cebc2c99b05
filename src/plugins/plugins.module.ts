import type { Logger } from 'pino';
import { type DynamicModule, Module } from '@nestjs/common';
import { CONFIG, type Config } from '../platform/config/index.js';
import { LOGGER } from '../platform/telemetry/index.js';
import { MonotonicClock } from '../platform/time/index.js';
import { ApprovalService } from './approvals/approval.service.js';
import { ApprovalsRepository } from './approvals/approvals.repository.js';
import type { TrustRules } from './approvals/trust-of.js';
import { TRUST_RULES, TrustService } from './approvals/trust.service.js';
import { ActivePlugins } from './catalog/active-plugins.js';
import { DecidedPlugins } from './catalog/decided-plugins.js';
import { HookMetrics } from './hooks/hook-metrics.js';
import { ObserverCall } from './hooks/observer-call.js';
import { ObserverDispatcher } from './hooks/observer-dispatcher.js';
import { ObserverTurn } from './hooks/observer-turn.js';
import { ObserversRepository } from './hooks/observers.repository.js';
import { VetoHooks } from './hooks/veto-hooks.js';
import { CapabilityBroker } from './host/capability-broker.js';
import { HostFunctions } from './host/host-functions.js';
import { PluginHost } from './host/plugin-host.port.js';
import { PluginHttp } from './host/plugin-http.js';
import { PluginModels } from './host/plugin-models.js';
import { EndpointsController } from './endpoints/endpoints.controller.js';
import { EndpointsService } from './endpoints/endpoints.service.js';
import { PluginAccess } from './endpoints/plugin-access.js';
import { ModalAccess } from './modals/modal-access.js';
import { ModalCalls } from './modals/modal-calls.js';
import { ModalSessionsRepository } from './modals/modal-sessions.repository.js';
import { ModalStepsService } from './modals/modal-steps.service.js';
import { ModalSweep } from './modals/modal-sweep.js';
import { ModalsController } from './modals/modals.controller.js';
import { ModalsService } from './modals/modals.service.js';
import { PluginsFolder, shippedDirectory } from './catalog/folder/plugins-folder.js';
import { PluginMetrics } from './catalog/health/plugin-metrics.js';
import { PluginLives } from './catalog/life/plugin-lives.js';
import { PluginStarter } from './catalog/life/plugin-starter.js';
import { PluginCatalog } from './catalog/plugin-catalog.js';
import { PluginsController } from './catalog/plugins.controller.js';
import { PluginsService } from './catalog/plugins.service.js';
import { PluginSwitches } from './catalog/switches/plugin-switches.js';
import { SwitchesRepository } from './catalog/switches/switches.repository.js';
import { shippedPlugins } from './package/shipped-plugins.js';
import { SignersController } from './signers/signers.controller.js';
import { SignersRepository } from './signers/signers.repository.js';
import { SignersService } from './signers/signers.service.js';
import { PluginState } from './state/plugin-state.js';
import { PluginStateRepository } from './state/plugin-state.repository.js';

const work = [
  HookMetrics,
  HostFunctions,
  ObserverCall,
  ObserverDispatcher,
  ObserversRepository,
  ObserverTurn,
  PluginHttp,
  PluginModels,
  { provide: PluginHost, useClass: CapabilityBroker },
  PluginState,
  PluginStateRepository,
  VetoHooks,
];

const endpointsAndModals = [
  EndpointsService,
  ModalAccess,
  ModalCalls,
  ModalSessionsRepository,
  ModalStepsService,
  ModalSweep,
  ModalsService,
  PluginAccess,
];

const catalog = [
  ActivePlugins,
  DecidedPlugins,
  PluginCatalog,
  PluginLives,
  PluginMetrics,
  PluginsService,
  PluginSwitches,
  SwitchesRepository,
  {
    provide: PluginsFolder,
    inject: [CONFIG],
    useFactory: ({ pluginsDir }: Config) => new PluginsFolder(pluginsDir ?? shippedDirectory()),
  },
];

/** Which plugins may run, what they may do, and that they do. */
@Module({})
export class PluginsModule {
  /**
   * @param promptdVersion what `engines.promptd` of a manifest is compared with
   * @param runnerProgram the compiled runner, for who runs promptd from its sources
   */
  static with(promptdVersion: string, runnerProgram?: string): DynamicModule {
    return {
      module: PluginsModule,
      // Every area may ask plugins, and offer them what it does.
      global: true,
      controllers: [PluginsController, SignersController, ModalsController, EndpointsController],
      providers: [
        {
          provide: TRUST_RULES,
          inject: [CONFIG],
          useFactory: ({ pluginsAllowUnsigned }: Config): TrustRules => ({
            promptdVersion,
            allowUnsigned: pluginsAllowUnsigned,
            shipped: shippedPlugins,
          }),
        },
        ...work,
        ...endpointsAndModals,
        {
          provide: PluginStarter,
          inject: [PluginMetrics, MonotonicClock, LOGGER],
          useFactory: (metrics: PluginMetrics, clock: MonotonicClock, logger: Logger) =>
            new PluginStarter(runnerProgram, { metrics, clock, logger }),
        },
        ...catalog,
        ApprovalsRepository,
        ApprovalService,
        SignersRepository,
        SignersService,
        TrustService,
      ],
      exports: [ActivePlugins, ApprovalService, HostFunctions, PluginHost, TrustService, VetoHooks],
    };
  }
}
