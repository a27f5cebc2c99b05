import { Body, Controller, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { projectArchived } from '../../access/index.js';
import type { OperationContext } from '../../platform/authorization/index.js';
import { notFound, validationFailed } from '../../platform/errors/index.js';
import { Ctx, Problems, Requires } from '../../platform/http/index.js';
import { pluginDenied, vetoFailed } from '../../plugins/index.js';
import { labelConflict } from '../labels/labels.errors.js';
import { promptArchived } from '../prompts/prompts.errors.js';
import {
  expectedVersionRequired,
  labelProtected,
  soakIncomplete,
} from '../protection/protection.errors.js';
import { unknownSelector, versionPurged, versionYanked } from '../versions/versions.errors.js';
import { showRelease } from './release-view.js';
import { MakeReleaseRequest, ReleaseResponse } from './releases.dto.js';
import { ReleasesService } from './releases.service.js';

@ApiTags('labels')
@Controller('v1/projects/:project/releases')
export class ReleasesController {
  constructor(private readonly releases: ReleasesService) {}

  /** Moves labels of several prompts together: all of them or none. */
  @Post()
  @Requires('label:move')
  @Problems(validationFailed, notFound, unknownSelector, labelConflict)
  @Problems(versionYanked, versionPurged, promptArchived, projectArchived)
  @Problems(labelProtected, soakIncomplete, expectedVersionRequired)
  @Problems(pluginDenied, vetoFailed)
  async makeRelease(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Body() { moves, reason = null, breakGlass }: MakeReleaseRequest,
  ): Promise<ReleaseResponse> {
    const request = { moves, reason, breakGlass: breakGlass ?? false };
    return showRelease(await this.releases.make(ctx, project, request));
  }
}
