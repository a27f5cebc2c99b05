import { type DynamicModule, Module } from '@nestjs/common';
import type { Logger } from 'pino';
import { AccessLog } from './access-log.js';
import { LOGGER } from './log-token.js';
import { Metrics } from './metrics.js';
import { Readiness } from './readiness.js';

@Module({})
export class TelemetryModule {
  static with(logger: Logger): DynamicModule {
    return {
      module: TelemetryModule,
      global: true,
      providers: [AccessLog, Metrics, Readiness, { provide: LOGGER, useValue: logger }],
      exports: [AccessLog, Metrics, Readiness, LOGGER],
    };
  }
}
