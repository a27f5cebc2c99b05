import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { OperationContext } from '../../platform/authorization/index.js';
import { invalidCursor, validationFailed } from '../../platform/errors/index.js';
import { Ctx, PageQuery, Problems, Requires } from '../../platform/http/index.js';
import { pageRequest, pageResponse } from '../../platform/paging/index.js';
import { CheckpointPageResponse } from './checkpoints.dto.js';
import { CheckpointsService } from './checkpoints.service.js';

const LIST = 'audit-checkpoints:-sequence';

@ApiTags('audit')
@Controller('v1/audit/checkpoints')
export class CheckpointsController {
  constructor(private readonly checkpoints: CheckpointsService) {}

  /** The signed checkpoints of the audit trail, newest first. */
  @Get()
  @Requires('audit:read-instance')
  @Problems(validationFailed, invalidCursor)
  async listAuditCheckpoints(
    @Ctx() ctx: OperationContext,
    @Query() query: PageQuery,
  ): Promise<CheckpointPageResponse> {
    const page = await this.checkpoints.list(ctx, pageRequest(query, LIST));
    return pageResponse(page, LIST, (checkpoint) => checkpoint);
  }
}
