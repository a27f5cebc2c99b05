import type { Actor, Capacity, ProjectRef } from '../../platform/authorization/index.js';
import type { Prompt } from '../prompts/prompt.js';

export const promotionStatuses = [
  'pending',
  'applied',
  'rejected',
  'superseded',
  'withdrawn',
] as const;
/** Only a pending promotion changes, and only once. */
export type PromotionStatus = (typeof promotionStatuses)[number];

/** One label of one prompt on its way. Null is no version: nothing before, or a removal. */
export interface PromotionMove {
  readonly promptId: string;
  readonly prompt: string;
  readonly label: string;
  /** What the label pointed to when the promotion was asked for, and must still when it applies. */
  readonly from: string | null;
  readonly to: string | null;
}

export interface Approval {
  readonly by: Actor;
  readonly atMs: number;
  readonly comment: string | null;
}

/** A wish to move protected labels together, which others approve. */
export interface Promotion {
  readonly id: string;
  readonly projectId: string;
  readonly status: PromotionStatus;
  readonly moves: readonly PromotionMove[];
  readonly reason: string;
  readonly requestedAtMs: number;
  readonly requestedBy: Actor;
  readonly requestedAs: Capacity;
  /** Oldest first. */
  readonly approvals: readonly Approval[];
  /** The most that any of its labels asks for: when it was applied, else when it was asked for. */
  readonly requiredApprovals: number;
  readonly decision: PromotionDecision | null;
}

export interface PromotionDecision {
  readonly atMs: number;
  readonly by: Actor;
  /** Why it was rejected. */
  readonly reason: string | null;
}

/** Moves with their prompts locked, by name. */
export interface OpenPlan {
  readonly moves: readonly PromotionMove[];
  readonly prompts: ReadonlyMap<string, Prompt>;
  readonly requiredApprovals: number;
}

/** A pending promotion, of which nothing changes but by the transaction that locked its prompts. */
export interface OpenPromotion {
  readonly project: ProjectRef;
  readonly promotion: Promotion;
  /** By name. */
  readonly prompts: ReadonlyMap<string, Prompt>;
}
