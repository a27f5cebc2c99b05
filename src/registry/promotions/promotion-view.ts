import { isoTime } from '../../platform/time/index.js';
import type { Promotion } from './promotion.js';
import type { PromotionResponse } from './promotions.dto.js';

export function showPromotion(promotion: Promotion): PromotionResponse {
  const { decision } = promotion;
  return {
    id: promotion.id,
    status: promotion.status,
    moves: promotion.moves.map(({ prompt, label, to, from }) => ({
      prompt,
      label,
      version: to,
      from,
    })),
    reason: promotion.reason,
    requestedBy: promotion.requestedBy,
    requestedAt: isoTime(promotion.requestedAtMs),
    approvals: promotion.approvals.map(({ by, atMs, comment }) => ({
      by,
      at: isoTime(atMs),
      comment,
    })),
    requiredApprovals: promotion.requiredApprovals,
    decidedAt: decision && isoTime(decision.atMs),
    decidedBy: decision?.by ?? null,
    decisionReason: decision?.reason ?? null,
  };
}

export function promotionPath(project: string, { id }: Promotion): string {
  return `/v1/projects/${project}/promotions/${id}`;
}
