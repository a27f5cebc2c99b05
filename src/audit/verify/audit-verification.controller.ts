import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { OperationContext } from '../../platform/authorization/index.js';
import { overloaded } from '../../platform/errors/index.js';
import { Ctx, Problems, Requires } from '../../platform/http/index.js';
import { AuditVerificationResponse } from './audit-verification.dto.js';
import { AuditVerifier, type Verification } from './audit-verifier.service.js';

@ApiTags('audit')
@Controller('v1/audit/verify')
export class AuditVerificationController {
  constructor(private readonly verifier: AuditVerifier) {}

  /** Checks the whole audit trail and names the first entry that is not what it was. */
  @Get()
  @Requires('audit:read-instance')
  @Problems(overloaded)
  async verifyAudit(@Ctx() ctx: OperationContext): Promise<AuditVerificationResponse> {
    return responseOf(await this.verifier.verify(ctx));
  }
}

function responseOf({ brokenAt, ...report }: Verification): AuditVerificationResponse {
  return { ok: !brokenAt, ...report, brokenAt: brokenAt ?? null };
}
