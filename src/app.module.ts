import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_PIPE, DiscoveryModule } from '@nestjs/core';
import type { Logger } from 'pino';
import { AccessModule, type PasswordCost } from './access/index.js';
import { AuditModule } from './audit/index.js';
import { DeliveryModule } from './delivery/index.js';
import { OpsModule, programVersion } from './ops/index.js';
import { type Config, ConfigModule } from './platform/config/index.js';
import type { KeyRing } from './platform/crypto/index.js';
import { type Database, DatabaseModule } from './platform/database/index.js';
import { EventsModule } from './platform/events/index.js';
import { ProblemFilter, RequestPipe } from './platform/http/index.js';
import { IdempotencyModule } from './platform/idempotency/index.js';
import { OutboundModule } from './platform/outbound/index.js';
import { SecretsModule } from './platform/secrets/index.js';
import { SigningKeysModule } from './platform/signing-keys/index.js';
import { TelemetryModule } from './platform/telemetry/index.js';
import { ClockModule } from './platform/time/index.js';
import { PluginsModule } from './plugins/index.js';
import { ProvidersModule } from './providers/index.js';
import { RegistryModule } from './registry/index.js';

/** What the composition root opens before anything is wired. */
export interface Foundations {
  readonly config: Config;
  readonly database: Database;
  readonly keys: KeyRing;
  readonly logger: Logger;
  readonly passwordCost: PasswordCost;
  /** The compiled runner of plugins, where promptd runs from its sources. */
  readonly runnerProgram: string | undefined;
}

@Module({})
export class AppModule {
  static with(foundations: Foundations): DynamicModule {
    const { config, database, keys, logger, passwordCost, runnerProgram } = foundations;
    return {
      module: AppModule,
      // In the order of dependency: each area may use those above it, and no other.
      imports: [
        DiscoveryModule,
        ConfigModule.with(config),
        ClockModule,
        TelemetryModule.with(logger),
        OutboundModule.with(config.outboundAllow ?? []),
        DatabaseModule.with(database),
        EventsModule,
        SigningKeysModule.with(keys),
        SecretsModule,
        IdempotencyModule,
        AuditModule,
        AccessModule.with(passwordCost),
        PluginsModule.with(programVersion, runnerProgram),
        ProvidersModule,
        RegistryModule,
        DeliveryModule,
        OpsModule,
      ],
      providers: [
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_PIPE, useClass: RequestPipe },
      ],
    };
  }
}
