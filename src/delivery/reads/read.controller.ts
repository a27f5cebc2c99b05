import { Controller, Get, Headers, Param, Query, Res } from '@nestjs/common';
import { ApiHeader, ApiNotModifiedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { OperationContext } from '../../platform/authorization/index.js';
import { notFound, preconditionFailed } from '../../platform/errors/index.js';
import { Ctx, Problems, Requires } from '../../platform/http/index.js';
import {
  invalidSelector,
  unknownSelector,
  versionPurged,
  VersionResponse,
} from '../../registry/index.js';
import { ReadQuery } from './read.dto.js';
import { ReadService } from './read.service.js';

@ApiTags('versions')
@Controller('v1/projects/:project/prompts/:name/versions')
export class ReadController {
  constructor(private readonly reads: ReadService) {}

  /**
   * Fetches the version that a selector names: an exact version, `latest`, a label, a semver range,
   * or a comma-separated list of these of which the first that is found answers.
   */
  @Get(':selector')
  @ApiHeader({ name: 'If-None-Match', required: false, description: 'An ETag from before.' })
  @Requires('prompt:read')
  @Problems(invalidSelector, notFound, unknownSelector, versionPurged, preconditionFailed)
  @ApiOkResponse({ type: VersionResponse })
  @ApiNotModifiedResponse({ description: 'The ETag is still the right one.' })
  async getVersion(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Param('name') name: string,
    @Param('selector') selector: string,
    @Query() { digest }: ReadQuery,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const answer = await this.reads.read(ctx, { project, name, selector, digest, ifNoneMatch });
    if (answer.body !== undefined) void reply.type('application/json; charset=utf-8');
    await reply.status(answer.status).headers(answer.headers).send(answer.body);
  }
}
