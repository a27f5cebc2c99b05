import { IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';
import { ActorResponse } from '../../platform/http/index.js';

export class MoveLabelRequest {
  /** An exact version of the prompt. */
  @IsString()
  @MaxLength(64)
  version: string;

  /** The version the label points to now; null when it must not exist; absent for any. */
  @IsOptional()
  @IsString()
  @MaxLength(64)
  expectedVersion?: string | null;

  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(2000)
  reason?: string | null;
}

export class LabelResponse {
  label: string;
  version: string;
  /** Null when the label was new. */
  previousVersion: string | null;
  movedAt: string;
  movedBy: ActorResponse;
  reason: string | null;
}

export class LabelListResponse {
  items: LabelResponse[];
}

export class LabelMoveResponse {
  /** Counts the moves of the label from 1; the label's ETag. */
  move: number;
  from: string | null;
  /** Null when the move removed the label. */
  to: string | null;
  movedAt: string;
  movedBy: ActorResponse;
  reason: string | null;
  /** How the move came about. */
  ground: 'move' | 'publish' | 'promotion' | 'release' | 'rollback' | 'break-glass';
  /** The promotion or release that the move is part of. */
  groundId: string | null;
}

export class LabelHistoryResponse {
  items: LabelMoveResponse[];
  nextCursor: string | null;
  total?: number;
}
