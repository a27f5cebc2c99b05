import { Module } from '@nestjs/common';
import { Policy } from '../platform/authorization/index.js';
import { CONFIG, type Config } from '../platform/config/index.js';
import { ReadSnapshot } from '../platform/database/index.js';
import { ChangeFeed } from '../platform/events/index.js';
import { RegistryModule } from '../registry/index.js';
import { CacheMetrics } from './cache/cache-metrics.js';
import { CachedVersions } from './cache/cached-versions.js';
import { StoredVersions } from './cache/stored-versions.js';
import { VersionSource } from './cache/version-source.port.js';
import { FrontAnswers } from './front/front-answers.js';
import { FrontReads } from './front/front-reads.js';
import { BatchController } from './batch/batch.controller.js';
import { BatchService } from './batch/batch.service.js';
import { ChangeHub } from './feed/change-hub.js';
import { ChangesService } from './feed/changes.service.js';
import { FeedController } from './feed/feed.controller.js';
import { FeedService } from './feed/feed.service.js';
import { OpenStreams } from './feed/open-streams.js';
import { ReaderReview } from './feed/reader-review.js';
import { StreamLimits } from './feed/stream-limits.js';
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

const reads = [
  CachedVersions,
  CacheMetrics,
  StoredVersions,
  FrontAnswers,
  FrontReads,
  ReadService,
  {
    provide: BatchService,
    inject: [Policy, ReadSnapshot, StoredVersions, ChangeFeed],
    // What is in memory is of no moment that a snapshot knows.
    useFactory: (
      policy: Policy,
      snapshot: ReadSnapshot,
      stored: StoredVersions,
      feed: ChangeFeed,
    ) => new BatchService(policy, snapshot, new ReadService(policy, stored, feed)),
  },
  {
    provide: VersionSource,
    inject: [CONFIG, CachedVersions, StoredVersions],
    useFactory: ({ readCache }: Config, cached: CachedVersions, stored: StoredVersions) =>
      readCache ? cached : stored,
  },
];

const changes = [ChangeHub, ChangesService, FeedService, OpenStreams, ReaderReview, StreamLimits];

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
  controllers: [
    ReadController,
    BatchController,
    FeedController,
    WebhooksController,
    DeliveriesController,
  ],
  providers: [...reads, ...changes, ...webhooks],
})
export class DeliveryModule {}
