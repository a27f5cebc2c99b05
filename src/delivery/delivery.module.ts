import { Module } from '@nestjs/common';
import { CONFIG, type Config } from '../platform/config/index.js';
import { RegistryModule } from '../registry/index.js';
import { CachedVersions } from './cache/cached-versions.js';
import { StoredVersions } from './cache/stored-versions.js';
import { VersionSource } from './cache/version-source.port.js';
import { FrontAnswers } from './front/front-answers.js';
import { FrontReads } from './front/front-reads.js';
import { ReadController } from './reads/read.controller.js';
import { ReadService } from './reads/read.service.js';

/** How versions reach the services that run on them. */
@Module({
  imports: [RegistryModule],
  controllers: [ReadController],
  providers: [
    CachedVersions,
    StoredVersions,
    FrontAnswers,
    FrontReads,
    ReadService,
    {
      provide: VersionSource,
      inject: [CONFIG, CachedVersions, StoredVersions],
      useFactory: ({ readCache }: Config, cached: CachedVersions, stored: StoredVersions) =>
        readCache ? cached : stored,
    },
  ],
})
export class DeliveryModule {}
