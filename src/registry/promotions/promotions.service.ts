import { Injectable } from '@nestjs/common';
import { type OperationContext, Policy } from '../../platform/authorization/index.js';
import type { Page, PageRequest } from '../../platform/paging/index.js';
import { LabelPoliciesRepository } from '../protection/label-policies.repository.js';
import type { LabelPolicy } from '../protection/label-policy.js';
import { PromotionAccess } from './promotion-access.js';
import type { Promotion, PromotionStatus } from './promotion.js';
import { PromotionsRepository } from './promotions.repository.js';
import { requiredApprovals } from './required-approvals.js';

/** Shows promotions to who may read every prompt that they name. */
@Injectable()
export class PromotionsService {
  constructor(
    private readonly policy: Policy,
    private readonly access: PromotionAccess,
    private readonly promotions: PromotionsRepository,
    private readonly policies: LabelPoliciesRepository,
  ) {}

  /** Newest first. @throws not-found, forbidden */
  async list(
    ctx: OperationContext,
    projectName: string,
    status: PromotionStatus | undefined,
    page: PageRequest,
  ): Promise<Page<Promotion>> {
    const project = await this.policy.requireProject(ctx, projectName, 'prompt:read');
    const scope = await this.access.scope(ctx, project);
    const found = await this.promotions.list(ctx, scope, status, page);
    const policies = await this.policies.list(ctx, project.id);
    return { ...found, items: found.items.map((promotion) => asOfNow(promotion, policies)) };
  }

  /** @throws not-found, forbidden */
  async get(ctx: OperationContext, projectName: string, id: string): Promise<Promotion> {
    const project = await this.policy.requireProject(ctx, projectName, 'prompt:read');
    const found = await this.access.find(ctx, project, id);
    return asOfNow(found, await this.policies.list(ctx, project.id));
  }
}

/** A pending promotion is judged by the policies as they are when it is approved. */
function asOfNow(promotion: Promotion, policies: readonly LabelPolicy[]): Promotion {
  if (promotion.status !== 'pending') return promotion;
  return { ...promotion, requiredApprovals: requiredApprovals(promotion.moves, policies) };
}
