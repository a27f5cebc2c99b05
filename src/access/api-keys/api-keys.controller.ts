import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { OperationContext } from '../../platform/authorization/index.js';
import { invalidCursor, notFound, validationFailed } from '../../platform/errors/index.js';
import { Ctx, PageQuery, Problems, Requires, ShowsSecret } from '../../platform/http/index.js';
import { pageRequest, pageResponse } from '../../platform/paging/index.js';
import { projectArchived } from '../projects/projects.errors.js';
import {
  type ApiKeyPageResponse,
  apiKeyResponse,
  CreateApiKeyRequest,
  type CreatedApiKeyResponse,
  createdApiKeyResponse,
  RotateApiKeyRequest,
} from './api-keys.dto.js';
import { keyRevoked } from './api-keys.errors.js';
import { ApiKeysService } from './api-keys.service.js';

const list = 'keys';

@ApiTags('API keys')
@Controller('v1/projects/:project/keys')
export class ApiKeysController {
  constructor(private readonly keys: ApiKeysService) {}

  /** The API keys of a project, oldest first, without the keys themselves. */
  @Get()
  @Requires('key:manage')
  @Problems(validationFailed, invalidCursor, notFound)
  async listApiKeys(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Query() query: PageQuery,
  ): Promise<ApiKeyPageResponse> {
    const page = await this.keys.list(ctx, project, pageRequest(query, list));
    return pageResponse(page, list, apiKeyResponse);
  }

  /** Makes an API key. This answer is the only one that holds it. */
  @Post()
  @ShowsSecret()
  @Requires('key:manage')
  @Problems(validationFailed, notFound, projectArchived)
  async createApiKey(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Body() body: CreateApiKeyRequest,
  ): Promise<CreatedApiKeyResponse> {
    return createdApiKeyResponse(await this.keys.create(ctx, project, body));
  }

  /**
   * Gives an API key another secret, which only this answer holds. What the key was before goes on
   * working for the overlap, so that services can change over one by one.
   */
  @Post(':id/rotate')
  @HttpCode(200)
  @ShowsSecret()
  @Requires('key:manage')
  @Problems(validationFailed, notFound, keyRevoked)
  async rotateApiKey(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Param('id') id: string,
    @Body() body: RotateApiKeyRequest,
  ): Promise<CreatedApiKeyResponse> {
    return createdApiKeyResponse(await this.keys.rotate(ctx, project, id, body));
  }

  /** Revokes an API key at once and for ever. */
  @Delete(':id')
  @HttpCode(204)
  @Requires('key:manage')
  @Problems(notFound)
  async revokeApiKey(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Param('id') id: string,
  ): Promise<void> {
    await this.keys.revoke(ctx, project, id);
  }
}
