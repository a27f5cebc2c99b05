import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { OperationContext } from '../../platform/authorization/index.js';
import { notFound, validationFailed } from '../../platform/errors/index.js';
import { Ctx, Problems, Requires } from '../../platform/http/index.js';
import { invalidSelector, unknownSelector, versionPurged } from '../versions/versions.errors.js';
import { DiffQuery, DiffResponse } from './diff.dto.js';
import { DiffService } from './diff.service.js';

@ApiTags('versions')
@Controller('v1/projects/:project/prompts/:name/diff')
export class DiffController {
  constructor(private readonly diffs: DiffService) {}

  /** Compares two versions of a prompt: texts, contract, and the bump the step needs. */
  @Get()
  @Requires('prompt:read')
  @Problems(validationFailed, invalidSelector, notFound, unknownSelector, versionPurged)
  async diffVersions(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Param('name') name: string,
    @Query() { from, to }: DiffQuery,
  ): Promise<DiffResponse> {
    return (await this.diffs.diff(ctx, project, name, from, to)) as DiffResponse;
  }
}
