import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import {
  type OperationContext,
  Policy,
  type ProjectRef,
} from '../../platform/authorization/index.js';
import { PromptLocks } from '../prompts/prompt-locks.js';
import type { OpenPromotion, Promotion } from './promotion.js';
import { noLongerPending, noSuchPromotion } from './promotions.errors.js';
import { PromotionsRepository, type PromotionScope } from './promotions.repository.js';

/** Finds promotions, for callers who may read every prompt that they name. */
@Injectable()
export class PromotionAccess {
  constructor(
    private readonly policy: Policy,
    private readonly locks: PromptLocks,
    private readonly promotions: PromotionsRepository,
  ) {}

  /** Of a project that the caller may read. */
  async scope(ctx: OperationContext, { id }: ProjectRef): Promise<PromotionScope> {
    const { prompts } = await this.policy.scope(ctx, 'prompt:read');
    return { projectId: id, prompts };
  }

  /** @throws not-found */
  async find(ctx: OperationContext, project: ProjectRef, id: string): Promise<Promotion> {
    const scope = await this.scope(ctx, project);
    const found = isUUID(id) ? await this.promotions.find(ctx, scope, id) : undefined;
    if (!found) throw noSuchPromotion();
    return found;
  }

  /**
   * The promotion with all its prompts locked. Whatever moves one of its labels or decides about it
   * holds at least one of these locks, so this keeps all of them waiting.
   *
   * @throws not-found, promotion-decided
   */
  async lock(tx: OperationContext, project: ProjectRef, id: string): Promise<OpenPromotion> {
    const { moves } = await this.find(tx, project, id);
    const names = moves.map(({ prompt }) => prompt);
    const prompts = await this.locks.lock(tx, project, names);
    // Read again: what was read before the locks may have been decided while waiting for them.
    const promotion = await this.find(tx, project, id);
    if (promotion.status !== 'pending') throw noLongerPending(promotion);
    return { project, promotion, prompts };
  }
}
