import { type DynamicModule, Module } from '@nestjs/common';
import type { Logger } from 'pino';
import { Metrics } from './metrics.js';

/** The token for the program's logger. */
export const LOGGER = Symbol('logger');

@Module({})
export class TelemetryModule {
  static with(logger: Logger): DynamicModule {
    return {
      module: TelemetryModule,
      global: true,
      providers: [Metrics, { provide: LOGGER, useValue: logger }],
      exports: [Metrics, LOGGER],
    };
  }
}
