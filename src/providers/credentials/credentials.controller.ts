import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { projectArchived } from '../../access/index.js';
import type { OperationContext } from '../../platform/authorization/index.js';
import { invalidCursor, notFound, validationFailed } from '../../platform/errors/index.js';
import { Ctx, PageQuery, Problems, Requires } from '../../platform/http/index.js';
import { pageRequest, pageResponse } from '../../platform/paging/index.js';
import {
  CreateCredentialRequest,
  type CredentialPageResponse,
  type CredentialResponse,
  credentialResponse,
} from './credentials.dto.js';
import { credentialExists } from './credentials.errors.js';
import { CredentialsService } from './credentials.service.js';

const list = 'credentials';

@ApiTags('credentials')
@Controller('v1/projects/:project/credentials')
export class CredentialsController {
  constructor(private readonly credentials: CredentialsService) {}

  /** The credentials of a project, oldest first, without their secrets. */
  @Get()
  @Requires('credential:manage')
  @Problems(validationFailed, invalidCursor, notFound)
  async listCredentials(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Query() query: PageQuery,
  ): Promise<CredentialPageResponse> {
    const page = await this.credentials.list(ctx, project, pageRequest(query, list));
    return pageResponse(page, list, credentialResponse);
  }

  /** Keeps a secret for a provider, encrypted. No answer ever holds it. */
  @Post()
  @Requires('credential:manage')
  @Problems(validationFailed, notFound, projectArchived, credentialExists)
  async createCredential(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Body() body: CreateCredentialRequest,
  ): Promise<CredentialResponse> {
    return credentialResponse(await this.credentials.create(ctx, project, body));
  }

  /** Deletes a credential and its secret. */
  @Delete(':id')
  @HttpCode(204)
  @Requires('credential:manage')
  @Problems(notFound)
  async deleteCredential(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Param('id') id: string,
  ): Promise<void> {
    await this.credentials.delete(ctx, project, id);
  }
}
