import { Injectable } from '@nestjs/common';
import {
  type OperationContext,
  Policy,
  type ProjectScope,
} from '../../platform/authorization/index.js';
import type { Page, PageRequest } from '../../platform/paging/index.js';
import { PromptPointersRepository } from '../prompts/prompt-pointers.repository.js';
import type { ViewedPrompt } from '../prompts/prompt-view.js';
import { type PromptSearch } from './prompt-search.js';
import { PromptSearchRepository, type TagCount } from './prompt-search.repository.js';

@Injectable()
export class PromptSearchService {
  constructor(
    private readonly policy: Policy,
    private readonly repository: PromptSearchRepository,
    private readonly pointers: PromptPointersRepository,
  ) {}

  /**
   * The prompts of the project that the search names, or of all that the caller may read.
   *
   * @throws not-found, forbidden, invalid-cursor
   */
  async search(
    ctx: OperationContext,
    search: PromptSearch,
    request: PageRequest,
  ): Promise<Page<ViewedPrompt>> {
    const scope =
      search.project === null
        ? await this.policy.scope(ctx, 'prompt:read')
        : await this.scopeOf(ctx, search.project);
    const page = await this.repository.search(ctx, scope, search, request);
    const pointers = await this.pointers.listByIds(
      ctx,
      page.items.map(({ prompt }) => prompt.id),
    );
    return {
      ...page,
      items: page.items.flatMap((found) => {
        const pointed = pointers.get(found.prompt.id);
        return pointed ? [{ ...found, pointers: pointed }] : [];
      }),
    };
  }

  /** The tags of the live prompts of a project, with how many have each. */
  async listTags(
    ctx: OperationContext,
    project: string,
    request: PageRequest,
  ): Promise<Page<TagCount>> {
    return this.repository.listTags(ctx, await this.scopeOf(ctx, project), request);
  }

  /** One project, and of it what the caller's credential reaches. */
  private async scopeOf(ctx: OperationContext, name: string): Promise<ProjectScope> {
    const project = await this.policy.requireProject(ctx, name, 'prompt:read');
    const { prompts } = await this.policy.scope(ctx, 'prompt:read');
    return { projects: [project.id], prompts };
  }
}
