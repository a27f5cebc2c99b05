import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { OperationContext } from '../platform/authorization/index.js';
import { invalidCursor, notFound, validationFailed } from '../platform/errors/index.js';
import { Ctx, Problems, Requires } from '../platform/http/index.js';
import { pageRequest, pageResponse } from '../platform/paging/index.js';
import { AuditPageResponse, AuditQuery } from './audit.dto.js';
import { filterOf } from './audit-filter.js';
import { AuditService } from './audit.service.js';

const LIST = 'audit:-sequence';

@ApiTags('audit')
@Controller('v1')
export class AuditController {
  constructor(private readonly audit: AuditService) {}

  /** The audit trail of the instance, newest first. */
  @Get('audit')
  @Requires('audit:read-instance')
  @Problems(validationFailed, invalidCursor)
  async listAudit(
    @Ctx() ctx: OperationContext,
    @Query() query: AuditQuery,
  ): Promise<AuditPageResponse> {
    const page = await this.audit.list(ctx, filterOf(query), pageRequest(query, LIST));
    return pageResponse(page, LIST, (entry) => entry);
  }

  /** The audit trail of a project, newest first. */
  @Get('projects/:project/audit')
  @Requires('audit:read')
  @Problems(validationFailed, invalidCursor, notFound)
  async listProjectAudit(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Query() query: AuditQuery,
  ): Promise<AuditPageResponse> {
    const wanted = pageRequest(query, LIST);
    const page = await this.audit.listOfProject(ctx, project, filterOf(query), wanted);
    return pageResponse(page, LIST, (entry) => entry);
  }
}
