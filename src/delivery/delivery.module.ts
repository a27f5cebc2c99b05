import { Module } from '@nestjs/common';
import { RegistryModule } from '../registry/index.js';
import { ReadController } from './reads/read.controller.js';
import { ReadService } from './reads/read.service.js';
import { DeliveriesController } from './webhooks/deliveries.controller.js';
import { DeliveriesRepository } from './webhooks/deliveries.repository.js';
import { DeliveriesService } from './webhooks/deliveries.service.js';
import { DeliverySettlement } from './webhooks/delivery-settlement.js';
import { WebhookCall } from './webhooks/webhook-call.js';
import { WebhookCreationService } from './webhooks/webhook-creation.service.js';
import { WebhookDeletionService } from './webhooks/webhook-deletion.service.js';
import { WebhookDispatcher } from './webhooks/webhook-dispatcher.js';
import { WebhookDrafts } from './webhooks/webhook-drafts.js';
import { WebhookFanOut } from './webhooks/webhook-fan-out.js';
import { WebhookMetrics } from './webhooks/webhook-metrics.js';
import { WebhookPingService } from './webhooks/webhook-ping.service.js';
import { WebhookQueueRepository } from './webhooks/webhook-queue.repository.js';
import { WebhookRemains } from './webhooks/webhook-remains.js';
import { WebhookRotationService } from './webhooks/webhook-rotation.service.js';
import { WebhookSender } from './webhooks/webhook-sender.js';
import { WebhookSweep } from './webhooks/webhook-sweep.js';
import { WebhookTurn } from './webhooks/webhook-turn.js';
import { WebhooksController } from './webhooks/webhooks.controller.js';
import { WebhooksRepository } from './webhooks/webhooks.repository.js';
import { WebhooksService } from './webhooks/webhooks.service.js';

const webhooks = [
  DeliveriesRepository,
  DeliveriesService,
  DeliverySettlement,
  WebhookCall,
  WebhookCreationService,
  WebhookDeletionService,
  WebhookDispatcher,
  WebhookDrafts,
  WebhookFanOut,
  WebhookMetrics,
  WebhookPingService,
  WebhookQueueRepository,
  WebhookRemains,
  WebhookRotationService,
  WebhookSender,
  WebhooksRepository,
  WebhooksService,
  WebhookSweep,
  WebhookTurn,
];

/** How versions reach the services that run on them, and who is told of what changes. */
@Module({
  imports: [RegistryModule],
  controllers: [ReadController, WebhooksController, DeliveriesController],
  providers: [ReadService, ...webhooks],
})
export class DeliveryModule {}
