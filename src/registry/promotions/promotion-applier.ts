import { Injectable } from '@nestjs/common';
import { ProjectAdminsRepository } from '../../access/index.js';
import type { OperationContext } from '../../platform/authorization/index.js';
import { Outbox } from '../../platform/events/index.js';
import type { ClearedMoves } from '../labels/cleared-moves.js';
import { LabelMover, type MoveOccasion } from '../labels/label-mover.js';
import { LabelTargets } from '../labels/label-targets.js';
import { refuseArchived } from '../prompts/refuse-archived.js';
import { LabelPoliciesRepository } from '../protection/label-policies.repository.js';
import type { OpenPromotion, Promotion } from './promotion.js';
import { promotionEnded } from './promotions.events.js';
import { PromotionVetoes } from './promotion-vetoes.js';
import { PromotionsRepository } from './promotions.repository.js';
import { requiredApprovals } from './required-approvals.js';

/** Makes the moves of promotions that have their approvals. */
@Injectable()
export class PromotionApplier {
  constructor(
    private readonly policies: LabelPoliciesRepository,
    private readonly promotions: PromotionsRepository,
    private readonly admins: ProjectAdminsRepository,
    private readonly targets: LabelTargets,
    private readonly mover: LabelMover,
    private readonly outbox: Outbox,
    /** Asked before the transaction in which it applies. */
    readonly vetoes: PromotionVetoes,
  ) {}

  /**
   * Moves all labels if the promotion has the approvals that the policies ask for as they are now;
   * else it stays pending. Labels move as `LabelMover` moves any. What keeps one of them from moving
   * rolls back everything, the approval that led here too.
   *
   * @throws label-protected, soak-incomplete, label-conflict, version-yanked, version-purged,
   *   prompt-archived
   */
  async applyWhenApproved(
    tx: OperationContext,
    opened: OpenPromotion,
    cleared: ClearedMoves,
  ): Promise<Promotion> {
    const { project, promotion } = opened;
    const policies = await this.policies.list(tx, project.id);
    const required = requiredApprovals(promotion.moves, policies);
    const current = { ...promotion, requiredApprovals: required };
    const approvals = await this.countStanding(tx, promotion);
    if (approvals < required) return current;
    // Ended first, so that its own moves do not find it pending and supersede it.
    const applied = await this.promotions.decide(tx, current, 'applied');
    this.outbox.record(tx, promotionEnded(promotion, applied));
    await this.makeMoves(tx, opened, { requestedAs: promotion.requestedAs, approvals }, cleared);
    return applied;
  }

  /** Approvals of those who could still give them: whoever left meanwhile vouches for nothing. */
  private async countStanding(
    tx: OperationContext,
    { projectId, approvals }: Promotion,
  ): Promise<number> {
    const approvers = approvals.flatMap(({ by }) => by.id ?? []);
    return (await this.admins.listAmong(tx, projectId, approvers)).size;
  }

  private async makeMoves(
    tx: OperationContext,
    { project, promotion, prompts }: OpenPromotion,
    approved: NonNullable<MoveOccasion['approved']>,
    cleared: ClearedMoves,
  ): Promise<void> {
    const { reason, id } = promotion;
    const occasion: MoveOccasion = {
      reason,
      ground: 'promotion',
      groundId: id,
      approved,
      cleared,
    };
    for (const { prompt: name, label, from, to } of promotion.moves) {
      const prompt = prompts.get(name);
      if (!prompt) throw new Error('a prompt of a locked promotion is not locked');
      refuseArchived(prompt);
      const target = to === null ? null : await this.targets.get(tx, prompt, to);
      const condition = { expectedVersion: from };
      await this.mover.move(tx, { project, prompt }, label, target, occasion, condition);
    }
  }
}
