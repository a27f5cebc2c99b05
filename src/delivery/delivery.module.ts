import { Module } from '@nestjs/common';
import { RegistryModule } from '../registry/index.js';
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
    ReadService,
    BatchService,
    ChangeHub,
    ChangesService,
    FeedService,
    OpenStreams,
    ReaderReview,
    StreamLimits,
  ],
})
export class DeliveryModule {}
