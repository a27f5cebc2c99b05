import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { OperationContext } from '../../platform/authorization/index.js';
import { invalidCursor, notFound, validationFailed } from '../../platform/errors/index.js';
import { Ctx, PageQuery, Problems, Requires } from '../../platform/http/index.js';
import { pageRequest, pageResponse } from '../../platform/paging/index.js';
import { showPrompt } from '../prompts/prompt-view.js';
import { cursorList, parsePromptSearch } from './prompt-search.js';
import { PromptSearchService } from './prompt-search.service.js';
import { PromptPageResponse, PromptsQuery, TagPageResponse } from './search.dto.js';

const TAGS = 'tags';

@ApiTags('prompts')
@Controller('v1')
export class SearchController {
  constructor(private readonly prompts: PromptSearchService) {}

  /** Lists the prompts of a project. */
  @Get('projects/:project/prompts')
  @Requires('prompt:read')
  @Problems(validationFailed, invalidCursor, notFound)
  async listPrompts(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Query() query: PromptsQuery,
  ): Promise<PromptPageResponse> {
    return this.list(ctx, project, query);
  }

  /** Lists the prompts of every project that the caller may read and that is not archived. */
  @Get('prompts')
  @Requires('prompt:read')
  @Problems(validationFailed, invalidCursor)
  async listAllPrompts(
    @Ctx() ctx: OperationContext,
    @Query() query: PromptsQuery,
  ): Promise<PromptPageResponse> {
    return this.list(ctx, null, query);
  }

  /** Lists the tags of a project's prompts by name. */
  @Get('projects/:project/tags')
  @Requires('prompt:read')
  @Problems(validationFailed, invalidCursor, notFound)
  async listTags(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Query() query: PageQuery,
  ): Promise<TagPageResponse> {
    const page = await this.prompts.listTags(ctx, project, pageRequest(query, TAGS));
    return pageResponse(page, TAGS, (tag) => tag);
  }

  private async list(
    ctx: OperationContext,
    project: string | null,
    query: PromptsQuery,
  ): Promise<PromptPageResponse> {
    const search = parsePromptSearch(project, query);
    const list = cursorList(search);
    const page = await this.prompts.search(ctx, search, pageRequest(query, list));
    return pageResponse(page, list, showPrompt);
  }
}
