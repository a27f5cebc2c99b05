import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  Post,
  Put,
  Query,
  Res,
} from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { projectArchived } from '../../access/index.js';
import type { OperationContext } from '../../platform/authorization/index.js';
import { invalidCursor, notFound, validationFailed } from '../../platform/errors/index.js';
import {
  Ctx,
  PageQuery,
  Problems,
  Requires,
  RestoredBy,
  WritesNothing,
} from '../../platform/http/index.js';
import { pageRequest, pageResponse } from '../../platform/paging/index.js';
import { pluginDenied, vetoFailed } from '../../plugins/index.js';
import { labelConflict } from '../labels/labels.errors.js';
import { contentTooLarge } from '../content/content.errors.js';
import { promptArchived } from '../prompts/prompts.errors.js';
import {
  expectedVersionRequired,
  labelProtected,
  soakIncomplete,
} from '../protection/protection.errors.js';
import {
  includesNotSupported,
  invalidTemplate,
  undeclaredVariable,
} from '../rendering/rendering.errors.js';
import { CheckService } from './check.service.js';
import { parsePublication } from './publication.js';
import { PublishService } from './publish.service.js';
import { PublishedAnswer } from './published-answer.js';
import { versionETag } from './version-body.js';
import { VersionLifecycleService } from './version-lifecycle.service.js';
import { VersionListing } from './version-listing.js';
import { showListed, showPublished } from './version-view.js';
import {
  CheckVersionRequest,
  CheckVersionResponse,
  DeprecateVersionRequest,
  PublishedVersionResponse,
  PublishVersionRequest,
  PurgeVersionRequest,
  VersionListResponse,
  YankVersionRequest,
} from './versions.dto.js';
import {
  duplicateContent,
  staleBase,
  unknownSelector,
  versionExists,
  versionLabelled,
  versionPurged,
  versionUnderBumped,
} from './versions.errors.js';

const LIST = 'versions';

@ApiTags('versions')
@Controller('v1/projects/:project/prompts/:name/versions')
export class VersionsController {
  constructor(
    private readonly publisher: PublishService,
    private readonly listing: VersionListing,
    private readonly checks: CheckService,
    private readonly lifecycle: VersionLifecycleService,
  ) {}

  /** Publishes a version; the prompt is made with its first one. */
  @Post()
  @RestoredBy(PublishedAnswer)
  @Requires('version:publish')
  @Problems(validationFailed, contentTooLarge, notFound, versionExists, versionUnderBumped)
  @Problems(duplicateContent, staleBase, versionPurged, promptArchived, projectArchived)
  @Problems(invalidTemplate, undeclaredVariable, includesNotSupported)
  @Problems(labelProtected, soakIncomplete, expectedVersionRequired)
  @Problems(labelConflict, pluginDenied, vetoFailed)
  @ApiCreatedResponse({ type: PublishedVersionResponse })
  @ApiOkResponse({
    type: PublishedVersionResponse,
    description: 'The same content was there under the same number already.',
  })
  async publishVersion(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Param('name') name: string,
    @Body() request: PublishVersionRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const publication = parsePublication(name, request);
    const published = await this.publisher.publish(ctx, project, publication);
    const { version, created } = published;
    void reply
      .status(created ? 201 : 200)
      .type('application/json')
      .header('ETag', versionETag(version.digest))
      .header('Location', versionPath(project, name, version.version));
    return showPublished(published, publication.warnings);
  }

  /** Lists the versions of a prompt, newest published first, with what may change about them. */
  @Get()
  @Requires('prompt:read')
  @Problems(validationFailed, invalidCursor, notFound)
  async listVersions(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Param('name') name: string,
    @Query() query: PageQuery,
  ): Promise<VersionListResponse> {
    const page = await this.listing.list(ctx, project, name, pageRequest(query, LIST));
    return pageResponse(page, LIST, showListed);
  }

  /** Says how a publish of the content would be numbered, and why, without publishing. */
  @Post('check')
  @HttpCode(200)
  @WritesNothing()
  @Requires('prompt:read')
  @Problems(validationFailed, contentTooLarge, notFound)
  @Problems(invalidTemplate, undeclaredVariable, includesNotSupported)
  async checkVersion(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Param('name') name: string,
    @Body() request: CheckVersionRequest,
  ): Promise<CheckVersionResponse> {
    return (await this.checks.check(ctx, project, name, request)) as CheckVersionResponse;
  }

  /** Keeps `latest` and ranges from choosing a version; it is still served by its number. */
  @Put(':version/yank')
  @HttpCode(204)
  @Requires('version:yank')
  @Problems(validationFailed, notFound, unknownSelector, versionLabelled)
  @Problems(promptArchived, projectArchived)
  async yankVersion(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Param('name') name: string,
    @Param('version') version: string,
    @Body() { reason }: YankVersionRequest,
  ): Promise<void> {
    await this.lifecycle.yank(ctx, project, name, version, reason);
  }

  /** Takes a yank back. */
  @Delete(':version/yank')
  @HttpCode(204)
  @Requires('version:yank')
  @Problems(notFound, unknownSelector, promptArchived, projectArchived)
  async unyankVersion(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Param('name') name: string,
    @Param('version') version: string,
  ): Promise<void> {
    await this.lifecycle.unyank(ctx, project, name, version);
  }

  /** Warns the readers of a version; a null message takes the warning back. */
  @Put(':version/deprecation')
  @HttpCode(204)
  @Requires('version:yank')
  @Problems(validationFailed, notFound, unknownSelector, promptArchived, projectArchived)
  async deprecateVersion(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Param('name') name: string,
    @Param('version') version: string,
    @Body() { message, replacement }: DeprecateVersionRequest,
  ): Promise<void> {
    const deprecation = message === null ? null : { message, replacement: replacement ?? null };
    await this.lifecycle.setDeprecation(ctx, project, name, version, deprecation);
  }

  /** Erases the content of a version for good; its number and digest stay. */
  @Post(':version/purge')
  @HttpCode(204)
  @Requires('version:purge')
  @Problems(validationFailed, notFound, unknownSelector)
  async purgeVersion(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Param('name') name: string,
    @Param('version') version: string,
    @Body() { reason }: PurgeVersionRequest,
  ): Promise<void> {
    await this.lifecycle.purge(ctx, project, name, version, reason);
  }
}

/** The canonical address of a version, which `Location` and `Content-Location` give. */
export function versionPath(project: string, name: string, version: string): string {
  return `/v1/projects/${project}/prompts/${encodeURIComponent(name)}/versions/${version}`;
}
