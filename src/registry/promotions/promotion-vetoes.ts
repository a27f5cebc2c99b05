import { Injectable } from '@nestjs/common';
import { actorOf, type OperationContext, Policy } from '../../platform/authorization/index.js';
import { ClearedMoves } from '../labels/cleared-moves.js';
import { MoveAccess } from '../labels/move-access.js';
import { MoveVetoes } from '../labels/move-vetoes.js';
import { LabelPoliciesRepository } from '../protection/label-policies.repository.js';
import { PromotionAccess } from './promotion-access.js';
import type { WantedPromotion } from './promotion-planner.js';
import { requiredApprovals } from './required-approvals.js';

/**
 * Asks plugins about the moves of promotions, when these are about to be made and not before. Whether they are is
 * looked at outside of the transaction, which makes none that nobody was asked about.
 */
@Injectable()
export class PromotionVetoes {
  constructor(
    private readonly policy: Policy,
    private readonly moveAccess: MoveAccess,
    private readonly access: PromotionAccess,
    private readonly policies: LabelPoliciesRepository,
    private readonly vetoes: MoveVetoes,
  ) {}

  /** Of a request, which moves the labels at once when no approval is needed. */
  async clearRequest(
    ctx: OperationContext,
    projectName: string,
    wanted: readonly WantedPromotion[],
  ): Promise<ClearedMoves> {
    if (!this.vetoes.areAsked) return ClearedMoves.all;
    const project = await this.moveAccess.open(ctx, projectName, wanted);
    if (requiredApprovals(wanted, await this.policies.list(ctx, project.id)) > 0) {
      return ClearedMoves.of([]);
    }
    const moves = wanted.map(({ prompt, label, version: to }) => ({ prompt, label, to }));
    return this.vetoes.clear(ctx, project, { ground: 'promotion', moves, isList: true });
  }

  /** Of an approval, which moves the labels when it is the last one needed. */
  async clearApproval(
    ctx: OperationContext,
    projectName: string,
    id: string,
  ): Promise<ClearedMoves> {
    if (!this.vetoes.areAsked) return ClearedMoves.all;
    const project = await this.policy.requireProject(ctx, projectName, 'promotion:approve');
    const { approvals, moves, status } = await this.access.find(ctx, project, id);
    const caller = actorOf(ctx.principal).id;
    const others = approvals.filter(({ by }) => by.id !== caller).length;
    const required = requiredApprovals(moves, await this.policies.list(ctx, project.id));
    if (status !== 'pending' || others + 1 < required) return ClearedMoves.of([]);
    return this.vetoes.clear(ctx, project, { ground: 'promotion', moves });
  }
}
