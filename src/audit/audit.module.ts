import { Module } from '@nestjs/common';
import { AuditController } from './audit.controller.js';
import { AuditLease } from './audit-lease.js';
import { AuditRepository } from './audit.repository.js';
import { AuditSequencer } from './audit-sequencer.js';
import { AuditService } from './audit.service.js';
import { CheckpointExporter } from './checkpoints/checkpoint-exporter.js';
import { CheckpointKeeper } from './checkpoints/checkpoint-keeper.js';
import { CheckpointWriter } from './checkpoints/checkpoint-writer.js';
import { CheckpointsController } from './checkpoints/checkpoints.controller.js';
import { CheckpointsRepository } from './checkpoints/checkpoints.repository.js';
import { CheckpointsService } from './checkpoints/checkpoints.service.js';
import { AuditExportController } from './export/audit-export.controller.js';
import { AuditExportService } from './export/audit-export.service.js';
import { TrailReader } from './trail-reader.js';
import { AuditVerificationController } from './verify/audit-verification.controller.js';
import { AuditVerifier } from './verify/audit-verifier.service.js';

/** The append-only trail of who did what, when and from where. It needs a `Policy`, which access gives. */
@Module({
  controllers: [
    AuditController,
    AuditExportController,
    AuditVerificationController,
    CheckpointsController,
  ],
  providers: [
    AuditLease,
    AuditRepository,
    AuditSequencer,
    AuditService,
    AuditExportService,
    AuditVerifier,
    CheckpointExporter,
    CheckpointKeeper,
    CheckpointsRepository,
    CheckpointsService,
    CheckpointWriter,
    TrailReader,
  ],
  exports: [AuditSequencer],
})
export class AuditModule {}
