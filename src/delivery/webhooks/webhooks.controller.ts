import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { projectArchived } from '../../access/index.js';
import type { OperationContext } from '../../platform/authorization/index.js';
import { invalidCursor, notFound, validationFailed } from '../../platform/errors/index.js';
import { Ctx, PageQuery, Problems, Requires, ShowsSecret } from '../../platform/http/index.js';
import { pageRequest, pageResponse } from '../../platform/paging/index.js';
import { secretDamaged, secretKeyUnknown } from '../../platform/secrets/index.js';
import { WebhookCreationService } from './webhook-creation.service.js';
import { WebhookDeletionService } from './webhook-deletion.service.js';
import { WebhookRotationService } from './webhook-rotation.service.js';
import {
  CreateWebhookRequest,
  RotateWebhookSecretRequest,
  UpdateWebhookRequest,
  type WebhookPageResponse,
  type WebhookResponse,
  webhookResponse,
  type WebhookWithSecretResponse,
  withSecretResponse,
} from './webhooks.dto.js';
import { webhookLimit } from './webhooks.errors.js';
import { WebhooksService } from './webhooks.service.js';

const list = 'webhooks';

@ApiTags('webhooks')
@Controller('v1/projects/:project/webhooks')
export class WebhooksController {
  constructor(
    private readonly webhooks: WebhooksService,
    private readonly creation: WebhookCreationService,
    private readonly rotation: WebhookRotationService,
    private readonly deletion: WebhookDeletionService,
  ) {}

  /** The webhooks of a project, oldest first, without their secrets. */
  @Get()
  @Requires('webhook:manage')
  @Problems(validationFailed, invalidCursor, notFound)
  async listWebhooks(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Query() query: PageQuery,
  ): Promise<WebhookPageResponse> {
    const page = await this.webhooks.list(ctx, project, pageRequest(query, list));
    return pageResponse(page, list, webhookResponse);
  }

  /**
   * Makes a webhook, which is told of what happens from now on. This answer is the only one that holds
   * its secret.
   */
  @Post()
  @ShowsSecret()
  @Requires('webhook:manage')
  @Problems(validationFailed, notFound, projectArchived, webhookLimit)
  async createWebhook(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Body() body: CreateWebhookRequest,
  ): Promise<WebhookWithSecretResponse> {
    return withSecretResponse(await this.creation.create(ctx, project, body));
  }

  /** Shows a webhook and how it is doing. */
  @Get(':id')
  @Requires('webhook:manage')
  @Problems(notFound)
  async getWebhook(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Param('id') id: string,
  ): Promise<WebhookResponse> {
    return webhookResponse(await this.webhooks.get(ctx, project, id));
  }

  /** Changes a webhook, stops it, or has it go on. */
  @Patch(':id')
  @Requires('webhook:manage')
  @Problems(validationFailed, notFound)
  async updateWebhook(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Param('id') id: string,
    @Body() body: UpdateWebhookRequest,
  ): Promise<WebhookResponse> {
    return webhookResponse(await this.webhooks.update(ctx, project, id, body));
  }

  /** Deletes a webhook with its secret, its log and what it was still to be sent. */
  @Delete(':id')
  @HttpCode(204)
  @Requires('webhook:manage')
  @Problems(notFound)
  async deleteWebhook(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Param('id') id: string,
  ): Promise<void> {
    await this.deletion.delete(ctx, project, id);
  }

  /**
   * Gives a webhook another secret, which only this answer holds. The one before goes on signing
   * beside it for the overlap, so that the receiver can change over.
   */
  @Post(':id/rotate-secret')
  @HttpCode(200)
  @ShowsSecret()
  @Requires('webhook:manage')
  @Problems(validationFailed, notFound, secretKeyUnknown, secretDamaged)
  async rotateWebhookSecret(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Param('id') id: string,
    @Body() { overlapSeconds }: RotateWebhookSecretRequest,
  ): Promise<WebhookWithSecretResponse> {
    return withSecretResponse(await this.rotation.rotate(ctx, project, id, overlapSeconds));
  }
}
