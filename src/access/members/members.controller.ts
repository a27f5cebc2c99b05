import { Body, Controller, Delete, Get, HttpCode, Param, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { OperationContext } from '../../platform/authorization/index.js';
import { invalidCursor, notFound, validationFailed } from '../../platform/errors/index.js';
import { Ctx, PageQuery, Problems, Requires } from '../../platform/http/index.js';
import { pageRequest, pageResponse } from '../../platform/paging/index.js';
import { projectArchived } from '../projects/projects.errors.js';
import {
  type MemberPageResponse,
  type MemberResponse,
  memberResponse,
  PutMemberRequest,
} from './members.dto.js';
import { MembersService } from './members.service.js';

const list = 'members';

@ApiTags('projects')
@Controller('v1/projects/:project/members')
export class MembersController {
  constructor(private readonly members: MembersService) {}

  /** The members of a project, by username. */
  @Get()
  @Requires('project:read')
  @Problems(validationFailed, invalidCursor, notFound)
  async listMembers(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Query() query: PageQuery,
  ): Promise<MemberPageResponse> {
    const page = await this.members.list(ctx, project, pageRequest(query, list));
    return pageResponse(page, list, memberResponse);
  }

  /** Gives a user, named by id or username, a role in the project. */
  @Put(':user')
  @Requires('member:manage')
  @Problems(validationFailed, notFound, projectArchived)
  async putMember(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Param('user') user: string,
    @Body() body: PutMemberRequest,
  ): Promise<MemberResponse> {
    return memberResponse(await this.members.put(ctx, project, user, body.role));
  }

  /** Takes a user's role in the project away. */
  @Delete(':user')
  @HttpCode(204)
  @Requires('member:manage')
  @Problems(notFound)
  async removeMember(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Param('user') user: string,
  ): Promise<void> {
    await this.members.remove(ctx, project, user);
  }
}
