import { Injectable } from '@nestjs/common';
import { actorOf, type OperationContext, Policy } from '../../platform/authorization/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { forbidden } from '../../platform/errors/index.js';
import { Outbox } from '../../platform/events/index.js';
import { Approvers } from './approvers.js';
import { PromotionAccess } from './promotion-access.js';
import { PromotionApplier } from './promotion-applier.js';
import type { Promotion } from './promotion.js';
import { promotionApproved, promotionEnded } from './promotions.events.js';
import { PromotionsRepository } from './promotions.repository.js';

/** What becomes of a pending promotion: exactly one thing, however many decide at once. */
@Injectable()
export class PromotionDecisionsService {
  constructor(
    private readonly policy: Policy,
    private readonly unitOfWork: UnitOfWork,
    private readonly access: PromotionAccess,
    private readonly promotions: PromotionsRepository,
    private readonly approvers: Approvers,
    private readonly applier: PromotionApplier,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Adds the caller's approval; the last one needed moves the labels in the same transaction. Who
   * approved already adds nothing, and applies the promotion if less is needed by now.
   *
   * @throws self-approval, promotion-decided, and what keeps a label from moving; nothing is
   *   recorded then, and it can be approved again
   */
  async approve(
    ctx: OperationContext,
    projectName: string,
    id: string,
    comment: string | null,
  ): Promise<Promotion> {
    const cleared = await this.applier.vetoes.clearApproval(ctx, projectName, id);
    return this.unitOfWork.run(ctx, async (tx) => {
      const project = await this.policy.requireProject(tx, projectName, 'promotion:approve');
      const opened = await this.access.lock(tx, project, id);
      const approver = await this.approvers.require(tx, opened);
      const { promotion: before } = opened;
      const promotion = await this.promotions.approve(tx, before, approver, comment);
      if (promotion !== before) {
        this.outbox.record(tx, promotionApproved(before, promotion, comment));
      }
      return this.applier.applyWhenApproved(tx, { ...opened, promotion }, cleared);
    });
  }

  /** @throws promotion-decided */
  async reject(
    ctx: OperationContext,
    projectName: string,
    id: string,
    reason: string,
  ): Promise<Promotion> {
    return this.unitOfWork.run(ctx, async (tx) => {
      const project = await this.policy.requireProject(tx, projectName, 'promotion:approve');
      const { promotion } = await this.access.lock(tx, project, id);
      const rejected = await this.promotions.decide(tx, promotion, 'rejected', reason);
      this.outbox.record(tx, promotionEnded(promotion, rejected, { reason }));
      return rejected;
    });
  }

  /**
   * Takes the promotion back, for who asked for it.
   *
   * @throws forbidden for everybody else; promotion-decided
   */
  async withdraw(ctx: OperationContext, projectName: string, id: string): Promise<void> {
    await this.unitOfWork.run(ctx, async (tx) => {
      const project = await this.policy.requireProject(tx, projectName, 'prompt:read');
      const { promotion } = await this.access.lock(tx, project, id);
      const caller = actorOf(tx.principal);
      const { requestedBy, moves } = promotion;
      if (requestedBy.kind !== caller.kind || requestedBy.id !== caller.id) {
        throw forbidden('A promotion is withdrawn by who asked for it; others may reject it.');
      }
      for (const { prompt, label } of moves) {
        const target = { prompt, labels: [label] };
        await this.policy.requireProject(tx, projectName, 'label:move', target);
      }
      const withdrawn = await this.promotions.decide(tx, promotion, 'withdrawn');
      this.outbox.record(tx, promotionEnded(promotion, withdrawn));
    });
  }
}
