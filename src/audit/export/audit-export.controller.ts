import { Controller, Get, Param, Query, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { OperationContext } from '../../platform/authorization/index.js';
import { notFound, validationFailed } from '../../platform/errors/index.js';
import { Ctx, Problems, Requires } from '../../platform/http/index.js';
import { filterOf } from '../audit-filter.js';
import { AuditFilterQuery } from '../audit.dto.js';
import { AuditExportService } from './audit-export.service.js';

const NDJSON = 'application/x-ndjson';
const answer = {
  description: 'One entry a line, as the RFC 8785 text of an `AuditEntryResponse`.',
  schema: { type: 'string' },
} as const;

@ApiTags('audit')
@Controller('v1')
export class AuditExportController {
  constructor(private readonly exports: AuditExportService) {}

  /** The audit trail of the instance as NDJSON, oldest first. The export is itself an event. */
  @Get('audit/export')
  @Requires('audit:read-instance')
  @Problems(validationFailed)
  @ApiProduces(NDJSON)
  @ApiOkResponse(answer)
  async exportAudit(
    @Ctx() ctx: OperationContext,
    @Query() query: AuditFilterQuery,
  ): Promise<StreamableFile> {
    return new StreamableFile(await this.exports.export(ctx, filterOf(query)), { type: NDJSON });
  }

  /** The audit trail of a project as NDJSON, oldest first. */
  @Get('projects/:project/audit/export')
  @Requires('audit:read')
  @Problems(validationFailed, notFound)
  @ApiProduces(NDJSON)
  @ApiOkResponse(answer)
  async exportProjectAudit(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Query() query: AuditFilterQuery,
  ): Promise<StreamableFile> {
    const lines = await this.exports.exportOfProject(ctx, project, filterOf(query));
    return new StreamableFile(lines, { type: NDJSON });
  }
}
