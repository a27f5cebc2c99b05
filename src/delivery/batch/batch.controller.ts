import { Body, Controller, Header, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { OperationContext } from '../../platform/authorization/index.js';
import { notFound, overloaded, validationFailed } from '../../platform/errors/index.js';
import { Ctx, Problems, Requires, WritesNothing } from '../../platform/http/index.js';
import { BatchGetRequest, BatchGetResponse } from './batch.dto.js';
import { batchTooLarge } from './batch.errors.js';
import { BatchService } from './batch.service.js';

@ApiTags('versions')
@Controller('v1/projects/:project/prompts/batch-get')
export class BatchController {
  constructor(private readonly batches: BatchService) {}

  /** Fetches up to 100 versions, all as they are at one moment, each under the rules of a single read. */
  @Post()
  @HttpCode(200)
  @Requires('prompt:read')
  @Problems(validationFailed, notFound, batchTooLarge, overloaded)
  @WritesNothing()
  @Header('Content-Type', 'application/json')
  @ApiOkResponse({ type: BatchGetResponse })
  async batchGetVersions(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Body() { items }: BatchGetRequest,
  ): Promise<string> {
    return this.batches.get(ctx, project, items);
  }
}
