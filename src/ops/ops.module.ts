import { Module } from '@nestjs/common';
import { HealthController } from './health/health.controller.js';
import { HealthService } from './health/health.service.js';
import { SigningKeysController } from './keys/signing-keys.controller.js';
import { MetricsController } from './metrics/metrics.controller.js';
import { ProblemsController } from './problems/problems.controller.js';
import { ProgramVersionController } from './version/version.controller.js';

/** What those who run the program need of it. */
@Module({
  controllers: [
    HealthController,
    MetricsController,
    ProblemsController,
    ProgramVersionController,
    SigningKeysController,
  ],
  providers: [HealthService],
})
export class OpsModule {}
