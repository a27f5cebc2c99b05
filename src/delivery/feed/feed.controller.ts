import { Controller, Get, Headers, Param, Query, Res } from '@nestjs/common';
import {
  ApiHeader,
  ApiNotModifiedResponse,
  ApiOkResponse,
  ApiProduces,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { OperationContext } from '../../platform/authorization/index.js';
import { notFound, overloaded, validationFailed } from '../../platform/errors/index.js';
import { Ctx, EVENT_STREAM, Problems, Requires } from '../../platform/http/index.js';
import { ChangesService } from './changes.service.js';
import { ChangeListResponse, ChangesQuery } from './feed.dto.js';
import { FeedService } from './feed.service.js';
import { answerWithStream } from './stream-answer.js';

@ApiTags('changes')
@Controller('v1/projects/:project')
export class FeedController {
  constructor(
    private readonly feed: FeedService,
    private readonly changes: ChangesService,
  ) {}

  /** Tells what happens to the prompts of a project, as server-sent events, from now on. */
  @Get('events')
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description: 'The id of the last event: what happened since is sent first.',
  })
  @Requires('prompt:read')
  @Problems(notFound, overloaded)
  @ApiProduces(EVENT_STREAM)
  @ApiOkResponse({
    description:
      '`ready` and `resync` with `{"revision"}`, and `change` with a `ChangeResponse` as its data.',
    schema: { type: 'string' },
  })
  async followChanges(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Headers('authorization') authorization: string | undefined,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    answerWithStream(reply, await this.feed.open(ctx, project, { authorization, lastEventId }));
  }

  /** Lists what happened to the prompts of a project after a revision. */
  @Get('changes')
  @ApiHeader({ name: 'If-None-Match', required: false, description: 'An ETag from before.' })
  @Requires('prompt:read')
  @Problems(validationFailed, notFound)
  @ApiOkResponse({ type: ChangeListResponse })
  @ApiNotModifiedResponse({ description: 'Nothing happened in the project since.' })
  async listChanges(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Query() { since, limit }: ChangesQuery,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const answer = await this.changes.list(ctx, project, { since, limit, ifNoneMatch });
    const headers = {
      ETag: answer.etag,
      'Cache-Control': 'private, no-cache',
      Vary: 'Authorization',
    };
    await reply
      .status(answer.list ? 200 : 304)
      .headers(headers)
      .send(answer.list);
  }
}
