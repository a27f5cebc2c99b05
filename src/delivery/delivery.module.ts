import { Module } from '@nestjs/common';
import { CONFIG, type Config } from '../platform/config/index.js';
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

/** How versions, and what happens to them, reach the services that run on them. */
@Module({
  imports: [RegistryModule],
  controllers: [ReadController, BatchController, FeedController],
  providers: [
    CachedVersions,
    CacheMetrics,
    StoredVersions,
    FrontAnswers,
    FrontReads,
    ReadService,
    BatchService,
    ChangeHub,
    ChangesService,
    FeedService,
    OpenStreams,
    ReaderReview,
    StreamLimits,
    {
      provide: VersionSource,
      inject: [CONFIG, CachedVersions, StoredVersions],
      useFactory: ({ readCache }: Config, cached: CachedVersions, stored: StoredVersions) =>
        readCache ? cached : stored,
    },
  ],
})
export class DeliveryModule {}
