import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { OperationContext } from '../../platform/authorization/index.js';
import { invalidCursor, notFound, validationFailed } from '../../platform/errors/index.js';
import { Ctx, PageQuery, Problems, Requires } from '../../platform/http/index.js';
import { pageRequest, pageResponse } from '../../platform/paging/index.js';
import {
  EnrolPluginSignerRequest,
  type PluginSignerPageResponse,
  type PluginSignerResponse,
  signerResponse,
  UpdatePluginSignerRequest,
} from './signers.dto.js';
import { signerExists, signerRevoked } from './signers.errors.js';
import { SignersService } from './signers.service.js';

const list = 'plugin-signers';

@ApiTags('plugins')
@Controller('v1/plugin-signers')
export class SignersController {
  constructor(private readonly signers: SignersService) {}

  /** The keys that plugins may be signed with, those that are retired or revoked among them. */
  @Get()
  @Requires('plugin:trust')
  @Problems(validationFailed, invalidCursor)
  async listPluginSigners(
    @Ctx() ctx: OperationContext,
    @Query() query: PageQuery,
  ): Promise<PluginSignerPageResponse> {
    const page = await this.signers.list(ctx, pageRequest(query, list));
    return pageResponse(page, list, signerResponse);
  }

  /** Enrols a key. What it signs runs only after somebody has approved it too. */
  @Post()
  @Requires('plugin:trust')
  @Problems(validationFailed, signerExists)
  async enrolPluginSigner(
    @Ctx() ctx: OperationContext,
    @Body() body: EnrolPluginSignerRequest,
  ): Promise<PluginSignerResponse> {
    return signerResponse(await this.signers.enrol(ctx, body));
  }

  /** Changes what a key may sign, retires it, or has it sign again. */
  @Patch(':keyId')
  @Requires('plugin:trust')
  @Problems(validationFailed, notFound, signerRevoked)
  async updatePluginSigner(
    @Ctx() ctx: OperationContext,
    @Param('keyId') keyId: string,
    @Body() body: UpdatePluginSignerRequest,
  ): Promise<PluginSignerResponse> {
    return signerResponse(await this.signers.update(ctx, keyId, body));
  }

  /** Revokes a key for ever. The record of it stays, since approvals refer to it. */
  @Delete(':keyId')
  @HttpCode(204)
  @Requires('plugin:trust')
  @Problems(notFound)
  async revokePluginSigner(
    @Ctx() ctx: OperationContext,
    @Param('keyId') keyId: string,
  ): Promise<void> {
    await this.signers.update(ctx, keyId, { status: 'revoked' });
  }
}
