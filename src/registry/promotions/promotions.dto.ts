import { IsIn, IsNotEmpty, IsOptional, IsString, MaxLength, ValidateIf } from 'class-validator';
import { ActorResponse, ListOf, PageQuery } from '../../platform/http/index.js';
import { promotionStatuses, type PromotionStatus } from './promotion.js';

const maxMoves = 100;

export class PromotionMoveRequest {
  /** The name of the prompt. */
  @IsString()
  @MaxLength(255)
  prompt: string;

  @IsString()
  @MaxLength(63)
  label: string;

  /** An exact version of the prompt; null removes the label. */
  @ValidateIf((_, version) => version !== null)
  @IsString()
  @MaxLength(64)
  version: string | null;

  /** The version the label points to now; null when it must not exist; absent for any. */
  @IsOptional()
  @IsString()
  @MaxLength(64)
  expectedVersion?: string | null;
}

export class PromotionRequest {
  /** Each label of each prompt once. They are made together or not at all. */
  @ListOf(PromotionMoveRequest, { min: 1, max: maxMoves })
  moves: PromotionMoveRequest[];

  /** What the approvers should know. */
  @IsString()
  @IsNotEmpty()
  @MaxLength(2000)
  reason: string;
}

export class ApprovePromotionRequest {
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(2000)
  comment?: string | null;
}

export class RejectPromotionRequest {
  @IsString()
  @IsNotEmpty()
  @MaxLength(2000)
  reason: string;
}

export class PromotionsQuery extends PageQuery {
  /** What has become of them. By default all are listed. */
  @IsOptional()
  @IsIn(promotionStatuses)
  status?: PromotionStatus;
}

export class PromotionMoveResponse {
  prompt: string;
  label: string;
  /** Null removes the label. */
  version: string | null;
  /** What the label pointed to when the promotion was asked for; null when there was none. */
  from: string | null;
}

export class ApprovalResponse {
  by: ActorResponse;
  at: string;
  comment: string | null;
}

export class PromotionResponse {
  id: string;
  /**
   * `superseded` when one of its labels moved otherwise meanwhile, so that what the approvers were
   * shown was no longer true.
   */
  status: PromotionStatus;
  moves: PromotionMoveResponse[];
  reason: string;
  requestedBy: ActorResponse;
  requestedAt: string;
  /** Oldest first. */
  approvals: ApprovalResponse[];
  /** The most that the policy of any of its labels asks for. */
  requiredApprovals: number;
  decidedAt: string | null;
  /** Whose approval, rejection, withdrawal or move ended it. */
  decidedBy: ActorResponse | null;
  /** Why it was rejected. */
  decisionReason: string | null;
}

export class PromotionPageResponse {
  items: PromotionResponse[];
  nextCursor: string | null;
  total?: number;
}
