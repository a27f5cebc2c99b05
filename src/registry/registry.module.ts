import { Module } from '@nestjs/common';
import { DiffController } from './diff/diff.controller.js';
import { DiffService } from './diff/diff.service.js';
import { LabelJournalRepository } from './labels/label-journal.repository.js';
import { MoveAccess } from './labels/move-access.js';
import { MoveVetoes } from './labels/move-vetoes.js';
import { LabelMover } from './labels/label-mover.js';
import { LabelRollbackService } from './labels/label-rollback.service.js';
import { LabelTargets } from './labels/label-targets.js';
import { LabelsController } from './labels/labels.controller.js';
import { LabelsRepository } from './labels/labels.repository.js';
import { LabelsService } from './labels/labels.service.js';
import { PromptAccess } from './prompts/prompt-access.js';
import { PromptLocks } from './prompts/prompt-locks.js';
import { PromptCloneService } from './prompts/prompt-clone.service.js';
import { PromptPointersRepository } from './prompts/prompt-pointers.repository.js';
import { PromptsController } from './prompts/prompts.controller.js';
import { PromptsRepository } from './prompts/prompts.repository.js';
import { PromptsService } from './prompts/prompts.service.js';
import { Approvers } from './promotions/approvers.js';
import { LabelPoliciesController } from './protection/label-policies.controller.js';
import { LabelPoliciesRepository } from './protection/label-policies.repository.js';
import { LabelPoliciesService } from './protection/label-policies.service.js';
import { LabelProtection } from './protection/label-protection.js';
import { PromotionAccess } from './promotions/promotion-access.js';
import { PromotionApplier } from './promotions/promotion-applier.js';
import { PromotionDecisionsService } from './promotions/promotion-decisions.service.js';
import { PromotionPlanner } from './promotions/promotion-planner.js';
import { PromotionRequestsService } from './promotions/promotion-requests.service.js';
import { PromotionSuperseder } from './promotions/promotion-superseder.js';
import { PromotionVetoes } from './promotions/promotion-vetoes.js';
import { PromotionsController } from './promotions/promotions.controller.js';
import { PromotionsRepository } from './promotions/promotions.repository.js';
import { PromotionsService } from './promotions/promotions.service.js';
import { RegistryPromptFunctions } from './plugins/prompt-functions.js';
import { SoakRepository } from './protection/soak.repository.js';
import { ReleaseMover } from './releases/release-mover.js';
import { ReleasesController } from './releases/releases.controller.js';
import { ReleasesService } from './releases/releases.service.js';
import { RenderController } from './rendering/render.controller.js';
import { RenderService } from './rendering/render.service.js';
import { PromptGramsRepository } from './search/prompt-grams.repository.js';
import { PromptSearchRepository } from './search/prompt-search.repository.js';
import { PromptSearchService } from './search/prompt-search.service.js';
import { SearchController } from './search/search.controller.js';
import { CheckService } from './versions/check.service.js';
import { PublishAccess } from './versions/publish-access.js';
import { PublishService } from './versions/publish.service.js';
import { PublishedAnswer } from './versions/published-answer.js';
import { VersionLifecycleService } from './versions/version-lifecycle.service.js';
import { VersionListing } from './versions/version-listing.js';
import { VersionLookupRepository } from './versions/version-lookup.repository.js';
import { PromptIndexRepository } from './versions/prompt-index.repository.js';
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
    ReleasesController,
    LabelPoliciesController,
    PromotionsController,
    RenderController,
    DiffController,
  ],
  providers: [
    PromptAccess,
    PromptLocks,
    PromptsRepository,
    PromptPointersRepository,
    PromptsService,
    PromptCloneService,
    PromptGramsRepository,
    PromptSearchRepository,
    PromptSearchService,
    PublishService,
    PublishAccess,
    PublishedAnswer,
    CheckService,
    VersionLifecycleService,
    VersionListing,
    VersionLookupRepository,
    PromptIndexRepository,
    VersionReader,
    VersionStatesRepository,
    VersionsRepository,
    LabelMover,
    MoveAccess,
    MoveVetoes,
    LabelJournalRepository,
    LabelRollbackService,
    LabelTargets,
    LabelsRepository,
    LabelsService,
    LabelProtection,
    LabelPoliciesRepository,
    LabelPoliciesService,
    SoakRepository,
    Approvers,
    PromotionAccess,
    PromotionApplier,
    PromotionDecisionsService,
    PromotionPlanner,
    PromotionRequestsService,
    PromotionSuperseder,
    PromotionVetoes,
    PromotionsRepository,
    PromotionsService,
    ReleaseMover,
    ReleasesService,
    RenderService,
    RegistryPromptFunctions,
    DiffService,
  ],
  exports: [PromptIndexRepository, VersionLookupRepository],
})
export class RegistryModule {}
