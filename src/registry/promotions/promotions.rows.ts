import { ascii, defineRows, id, integer, text, time } from '../../platform/database/index.js';

export interface PromotionRow {
  id: string;
  projectId: string;
  status: string;
  reason: string;
  requiredApprovals: number;
  requestedAs: string;
  requestedAt: number;
  requestedByKind: string;
  requestedById: string | null;
  requestedByName: string;
  decidedAt: number | null;
  decidedByKind: string | null;
  decidedById: string | null;
  decidedByName: string | null;
  decisionReason: string | null;
}

export const promotionRows = defineRows<PromotionRow>('promotions', {
  columns: {
    id: id({ primary: true }),
    projectId: id(),
    status: ascii(16),
    reason: text(2000),
    requiredApprovals: integer(),
    requestedAs: ascii(16),
    requestedAt: time(),
    requestedByKind: ascii(16),
    requestedById: ascii(36, { nullable: true }),
    requestedByName: text(255),
    decidedAt: time({ nullable: true }),
    decidedByKind: ascii(16, { nullable: true }),
    decidedById: ascii(36, { nullable: true }),
    decidedByName: text(255, { nullable: true }),
    decisionReason: text(2000, { nullable: true }),
  },
  indexes: {
    ix_promotions_project: ['projectId', 'id'],
    ix_promotions_status: ['projectId', 'status', 'id'],
  },
  foreignKeys: [
    { name: 'fk_promotions_project', columns: ['projectId'], references: 'projects', on: ['id'] },
  ],
});

export interface PromotionMoveRow {
  promotionId: string;
  promptId: string;
  label: string;
  fromVersion: string | null;
  toVersion: string | null;
}

export const promotionMoveRows = defineRows<PromotionMoveRow>('promotion_moves', {
  columns: {
    promotionId: id({ primary: true }),
    promptId: id({ primary: true }),
    label: ascii(63, { primary: true }),
    fromVersion: ascii(64, { nullable: true }),
    toVersion: ascii(64, { nullable: true }),
  },
  indexes: { ix_promotion_moves_label: ['promptId', 'label'] },
  foreignKeys: [
    {
      name: 'fk_promotion_moves_promotion',
      columns: ['promotionId'],
      references: 'promotions',
      on: ['id'],
    },
    {
      name: 'fk_promotion_moves_prompt',
      columns: ['promptId'],
      references: 'prompts',
      on: ['id'],
    },
  ],
});

/** One row per approver, so that nobody approves twice. */
export interface PromotionApprovalRow {
  promotionId: string;
  userId: string;
  username: string;
  comment: string | null;
  approvedAt: number;
}

export const promotionApprovalRows = defineRows<PromotionApprovalRow>('promotion_approvals', {
  columns: {
    promotionId: id({ primary: true }),
    userId: id({ primary: true }),
    username: text(255),
    comment: text(2000, { nullable: true }),
    approvedAt: time(),
  },
  foreignKeys: [
    {
      name: 'fk_promotion_approvals_promotion',
      columns: ['promotionId'],
      references: 'promotions',
      on: ['id'],
    },
  ],
});
