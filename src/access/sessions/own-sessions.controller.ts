import { Controller, Delete, Get, HttpCode, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { OperationContext } from '../../platform/authorization/index.js';
import { invalidCursor, notFound, validationFailed } from '../../platform/errors/index.js';
import { Ctx, PageQuery, Problems, Requires } from '../../platform/http/index.js';
import { pageRequest, pageResponse } from '../../platform/paging/index.js';
import { OpenSessionPageResponse, openSessionResponse } from './own-sessions.dto.js';
import { OwnSessionsService } from './own-sessions.service.js';

const LIST = 'sessions:-id';

@ApiTags('auth')
@Controller('v1/auth/sessions')
export class OwnSessionsController {
  constructor(private readonly sessions: OwnSessionsService) {}

  /** Where the caller is signed in, newest first. */
  @Get()
  @Requires('self:manage')
  @Problems(validationFailed, invalidCursor)
  async listOwnSessions(
    @Ctx() ctx: OperationContext,
    @Query() query: PageQuery,
  ): Promise<OpenSessionPageResponse> {
    const page = await this.sessions.list(ctx, pageRequest(query, LIST));
    return pageResponse(page, LIST, openSessionResponse);
  }

  /** Ends all sessions of the caller but the one that asks. */
  @Delete()
  @HttpCode(204)
  @Requires('self:manage')
  async endOtherSessions(@Ctx() ctx: OperationContext): Promise<void> {
    await this.sessions.endOthers(ctx);
  }

  /** Ends one session of the caller. */
  @Delete(':id')
  @HttpCode(204)
  @Requires('self:manage')
  @Problems(notFound)
  async endOwnSession(@Ctx() ctx: OperationContext, @Param('id') id: string): Promise<void> {
    await this.sessions.end(ctx, id);
  }
}
