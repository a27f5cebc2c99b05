import { Module } from '@nestjs/common';
import { AuditController } from './audit.controller.js';
import { AuditRepository } from './audit.repository.js';
import { AuditSequencer } from './audit-sequencer.js';
import { AuditService } from './audit.service.js';

/** The append-only trail of who did what, when and from where. It needs a `Policy`, which access gives. */
@Module({
  controllers: [AuditController],
  providers: [AuditRepository, AuditSequencer, AuditService],
  exports: [AuditSequencer],
})
export class AuditModule {}
