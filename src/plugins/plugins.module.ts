import { type DynamicModule, Module } from '@nestjs/common';
import { CONFIG, type Config } from '../platform/config/index.js';
import { ApprovalService } from './approvals/approval.service.js';
import { ApprovalsRepository } from './approvals/approvals.repository.js';
import type { TrustRules } from './approvals/trust-of.js';
import { TRUST_RULES, TrustService } from './approvals/trust.service.js';
import { shippedPlugins } from './package/shipped-plugins.js';
import { SignersController } from './signers/signers.controller.js';
import { SignersRepository } from './signers/signers.repository.js';
import { SignersService } from './signers/signers.service.js';

/** Which plugins may run, and what they may do. */
@Module({})
export class PluginsModule {
  /** @param promptdVersion what `engines.promptd` of a manifest is compared with */
  static with(promptdVersion: string): DynamicModule {
    return {
      module: PluginsModule,
      controllers: [SignersController],
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
        ApprovalsRepository,
        ApprovalService,
        SignersRepository,
        SignersService,
        TrustService,
      ],
      exports: [ApprovalService, TrustService],
    };
  }
}
