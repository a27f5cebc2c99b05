import { Module } from '@nestjs/common';
import { DiffController } from './diff/diff.controller.js';
import { DiffService } from './diff/diff.service.js';
import { LabelMover } from './labels/label-mover.js';
import { LabelsController } from './labels/labels.controller.js';
import { LabelsRepository } from './labels/labels.repository.js';
import { LabelsService } from './labels/labels.service.js';
import { PromptAccess } from './prompts/prompt-access.js';
import { PromptCloneService } from './prompts/prompt-clone.service.js';
import { PromptPointersRepository } from './prompts/prompt-pointers.repository.js';
import { PromptsController } from './prompts/prompts.controller.js';
import { PromptsRepository } from './prompts/prompts.repository.js';
import { PromptsService } from './prompts/prompts.service.js';
import { RenderController } from './rendering/render.controller.js';
import { RenderService } from './rendering/render.service.js';
import { PromptSearchRepository } from './search/prompt-search.repository.js';
import { PromptSearchService } from './search/prompt-search.service.js';
import { SearchController } from './search/search.controller.js';
import { CheckService } from './versions/check.service.js';
import { PublishService } from './versions/publish.service.js';
import { VersionLifecycleService } from './versions/version-lifecycle.service.js';
import { VersionListing } from './versions/version-listing.js';
import { VersionLookupRepository } from './versions/version-lookup.repository.js';
import { VersionReader } from './versions/version-reader.js';
import { VersionStatesRepository } from './versions/version-states.repository.js';
import { VersionsController } from './versions/versions.controller.js';
import { VersionsRepository } from './versions/versions.repository.js';

/** Prompts, their versions and their labels. */
@Module({
  controllers: [
    SearchController,
    PromptsController,
    VersionsController,
    LabelsController,
    RenderController,
    DiffController,
  ],
  providers: [
    PromptAccess,
    PromptsRepository,
    PromptPointersRepository,
    PromptsService,
    PromptCloneService,
    PromptSearchRepository,
    PromptSearchService,
    PublishService,
    CheckService,
    VersionLifecycleService,
    VersionListing,
    VersionLookupRepository,
    VersionReader,
    VersionStatesRepository,
    VersionsRepository,
    LabelMover,
    LabelsRepository,
    LabelsService,
    RenderService,
    DiffService,
  ],
  exports: [VersionReader],
})
export class RegistryModule {}
