import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../../platform/authorization/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { Outbox } from '../../platform/events/index.js';
import { refuseBadLabels } from '../labels/refuse-bad-labels.js';
import { MoveAccess } from '../labels/move-access.js';
import { PromotionApplier } from './promotion-applier.js';
import { PromotionPlanner, type WantedPromotion } from './promotion-planner.js';
import type { Promotion } from './promotion.js';
import { promotionRequested } from './promotions.events.js';
import { PromotionsRepository } from './promotions.repository.js';

@Injectable()
export class PromotionRequestsService {
  constructor(
    private readonly access: MoveAccess,
    private readonly unitOfWork: UnitOfWork,
    private readonly planner: PromotionPlanner,
    private readonly promotions: PromotionsRepository,
    private readonly applier: PromotionApplier,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Asks that the labels be moved, all of them or none. When none of their policies needs an
   * approval, they move at once. Whatever else moves one of them first supersedes the promotion.
   *
   * @throws label-protected when a policy does not let the caller ask
   * @throws what a single move throws, with the place of the move in `errors`
   */
  async request(
    ctx: OperationContext,
    projectName: string,
    wanted: readonly WantedPromotion[],
    reason: string,
  ): Promise<Promotion> {
    refuseBadLabels(wanted);
    const cleared = await this.applier.vetoes.clearRequest(ctx, projectName, wanted);
    return this.unitOfWork.run(ctx, async (tx) => {
      const project = await this.access.open(tx, projectName, wanted);
      const { prompts, ...plan } = await this.planner.plan(tx, project, wanted);
      const promotion = await this.promotions.insert(tx, {
        projectId: project.id,
        ...plan,
        reason,
        requestedAs: project.actingAs,
      });
      this.outbox.record(tx, promotionRequested(promotion));
      return this.applier.applyWhenApproved(tx, { project, promotion, prompts }, cleared);
    });
  }
}
