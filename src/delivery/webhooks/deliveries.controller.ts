import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { OperationContext } from '../../platform/authorization/index.js';
import {
  invalidCursor,
  notFound,
  overloaded,
  validationFailed,
} from '../../platform/errors/index.js';
import { Ctx, Problems, Requires, WritesNothing } from '../../platform/http/index.js';
import { pageRequest, pageResponse } from '../../platform/paging/index.js';
import {
  DeliveriesQuery,
  type DeliveryPageResponse,
  type DeliveryResponse,
  deliveryResponse,
  type PingResponse,
  pingResponse,
} from './deliveries.dto.js';
import { DeliveriesService } from './deliveries.service.js';
import { WebhookPingService } from './webhook-ping.service.js';
import { webhookDisabled } from './webhooks.errors.js';

@ApiTags('webhooks')
@Controller('v1/projects/:project/webhooks/:id')
export class DeliveriesController {
  constructor(
    private readonly deliveries: DeliveriesService,
    private readonly pings: WebhookPingService,
  ) {}

  /** What a webhook was sent or is to be sent, newest event first, with the attempts. */
  @Get('deliveries')
  @Requires('webhook:manage')
  @Problems(validationFailed, invalidCursor, notFound)
  async listWebhookDeliveries(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Param('id') id: string,
    @Query() query: DeliveriesQuery,
  ): Promise<DeliveryPageResponse> {
    const list = `deliveries:${query.status ?? ''}`;
    const page = pageRequest(query, list);
    const found = await this.deliveries.list(ctx, project, id, query.status, page);
    return pageResponse(found, list, deliveryResponse);
  }

  /**
   * Sends a message once more, under the same `webhook-id`, before all that waits for what happened
   * later, and has the webhook try at once.
   */
  @Post('deliveries/:delivery/redeliver')
  @HttpCode(200)
  @Requires('webhook:manage')
  @Problems(notFound, webhookDisabled)
  async redeliver(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Param('id') id: string,
    @Param('delivery') delivery: string,
  ): Promise<DeliveryResponse> {
    return deliveryResponse(await this.deliveries.redeliver(ctx, project, id, delivery));
  }

  /** Sends a message of the type `webhook.ping` at once, and answers what the receiver did. */
  @Post('ping')
  @HttpCode(200)
  @WritesNothing()
  @Requires('webhook:manage')
  @Problems(notFound, overloaded)
  async pingWebhook(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Param('id') id: string,
  ): Promise<PingResponse> {
    return pingResponse(await this.pings.ping(ctx, project, id));
  }
}
