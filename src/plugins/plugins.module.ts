import { type DynamicModule, Module } from '@nestjs/common';
import { CONFIG, type Config } from '../platform/config/index.js';
import { ApprovalService } from './approvals/approval.service.js';
import { ApprovalsRepository } from './approvals/approvals.repository.js';
import type { TrustRules } from './approvals/trust-of.js';
import { TRUST_RULES, TrustService } from './approvals/trust.service.js';
import { ActivePlugins } from './catalog/active-plugins.js';
import { PluginsFolder, shippedDirectory } from './catalog/folder/plugins-folder.js';
import { PluginMetrics } from './catalog/health/plugin-metrics.js';
import { PluginLives, RUNNER_PROGRAM } from './catalog/life/plugin-lives.js';
import { PluginCatalog } from './catalog/plugin-catalog.js';
import { PluginsController } from './catalog/plugins.controller.js';
import { PluginsService } from './catalog/plugins.service.js';
import { SwitchesRepository } from './catalog/switches/switches.repository.js';
import { shippedPlugins } from './package/shipped-plugins.js';
import { SignersController } from './signers/signers.controller.js';
import { SignersRepository } from './signers/signers.repository.js';
import { SignersService } from './signers/signers.service.js';

const catalog = [
  ActivePlugins,
  PluginCatalog,
  PluginLives,
  PluginMetrics,
  PluginsService,
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
      controllers: [PluginsController, SignersController],
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
        { provide: RUNNER_PROGRAM, useValue: runnerProgram },
        ...catalog,
        ApprovalsRepository,
        ApprovalService,
        SignersRepository,
        SignersService,
        TrustService,
      ],
      exports: [ActivePlugins, ApprovalService, TrustService],
    };
  }
}
