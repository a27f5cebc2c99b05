import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  Patch,
  Post,
  Put,
  Res,
} from '@nestjs/common';
import { ApiCreatedResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { projectArchived } from '../../access/index.js';
import type { OperationContext } from '../../platform/authorization/index.js';
import { notFound, validationFailed } from '../../platform/errors/index.js';
import { Ctx, Problems, Requires } from '../../platform/http/index.js';
import { pluginDenied, vetoFailed } from '../../plugins/index.js';
import { invalidSelector, unknownSelector, versionPurged } from '../versions/versions.errors.js';
import { PromptCloneService } from './prompt-clone.service.js';
import { promptPath, showPrompt } from './prompt-view.js';
import {
  ClonePromptRequest,
  CreatePromptRequest,
  PromptResponse,
  SetPromptTagsRequest,
  UpdatePromptRequest,
} from './prompts.dto.js';
import { promptArchived, promptExists } from './prompts.errors.js';
import { PromptsService } from './prompts.service.js';

@ApiTags('prompts')
@Controller('v1/projects/:project/prompts')
export class PromptsController {
  constructor(
    private readonly prompts: PromptsService,
    private readonly cloner: PromptCloneService,
  ) {}

  /** Makes a prompt without a version; publishing a first version makes one too. */
  @Post()
  @Requires('prompt:create')
  @Problems(validationFailed, notFound, promptExists, projectArchived)
  @ApiCreatedResponse({ type: PromptResponse })
  async createPrompt(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Body() { name, description = null, owner = null, tags }: CreatePromptRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PromptResponse> {
    const fields = { name, description, owner, tags: tags ?? [] };
    const created = await this.prompts.create(ctx, project, fields);
    void reply.header('Location', promptPath(created));
    return showPrompt(created);
  }

  /** Shows a prompt with its labels and its latest version. */
  @Get(':name')
  @Requires('prompt:read')
  @Problems(notFound)
  async getPrompt(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Param('name') name: string,
  ): Promise<PromptResponse> {
    return showPrompt(await this.prompts.get(ctx, project, name));
  }

  /** Changes the description or the owner of a prompt. */
  @Patch(':name')
  @Requires('prompt:update')
  @Problems(validationFailed, notFound, promptArchived, projectArchived)
  async updatePrompt(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Param('name') name: string,
    @Body() request: UpdatePromptRequest,
  ): Promise<PromptResponse> {
    return showPrompt(await this.prompts.update(ctx, project, name, request));
  }

  /** Archives a prompt: lists hide it, and it takes no changes until it is restored. */
  @Delete(':name')
  @HttpCode(204)
  @Requires('prompt:archive')
  @Problems(notFound, projectArchived)
  async archivePrompt(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Param('name') name: string,
  ): Promise<void> {
    await this.prompts.archive(ctx, project, name);
  }

  /** Takes a prompt out of the archive. */
  @Post(':name/restore')
  @HttpCode(200)
  @Requires('prompt:archive')
  @Problems(notFound, projectArchived)
  async restorePrompt(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Param('name') name: string,
  ): Promise<PromptResponse> {
    return showPrompt(await this.prompts.restore(ctx, project, name));
  }

  /** Makes a new prompt whose version 1.0.0 has the content of one version of this one. */
  @Post(':name/clone')
  @Requires('prompt:create')
  @Problems(validationFailed, notFound, promptExists, projectArchived)
  @Problems(invalidSelector, unknownSelector, versionPurged)
  @Problems(pluginDenied, vetoFailed)
  @ApiCreatedResponse({ type: PromptResponse })
  async clonePrompt(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Param('name') name: string,
    @Body() request: ClonePromptRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PromptResponse> {
    const target = { project: request.project ?? project, name: request.name };
    const selector = request.version ?? 'latest';
    const cloned = await this.cloner.clone(ctx, project, name, selector, target);
    void reply.header('Location', promptPath(cloned));
    return showPrompt(cloned);
  }

  /** Replaces the tags of a prompt. */
  @Put(':name/tags')
  @Requires('prompt:tag')
  @Problems(validationFailed, notFound, promptArchived, projectArchived)
  async setPromptTags(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Param('name') name: string,
    @Body() { tags }: SetPromptTagsRequest,
  ): Promise<PromptResponse> {
    return showPrompt(await this.prompts.setTags(ctx, project, name, tags));
  }
}
