import { ApiProperty } from '@nestjs/swagger';
import {
  IsBoolean,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  Min,
} from 'class-validator';
import { ActorResponse, QueryBoolean, QueryTime } from '../../platform/http/index.js';

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

  /** Moves a protected label past its policy: for project admins, with a reason of 10 characters. */
  @IsOptional()
  @IsBoolean()
  breakGlass?: boolean | null;
}

export class RemoveLabelQuery {
  /** Why it is removed. */
  @IsOptional()
  @IsNotEmpty()
  @MaxLength(2000)
  @Matches(/^[^\0]*$/, { message: 'must hold no NUL character' })
  reason?: string;

  /** Removes a protected label past its policy, as in a move. */
  @IsOptional()
  @QueryBoolean()
  @IsBoolean()
  @ApiProperty({ type: Boolean, required: false })
  breakGlass?: boolean;
}

export class RollBackLabelRequest {
  /** The number of the move to go back to; absent for the version before the current one. */
  @IsOptional()
  @IsInt()
  @Min(1)
  toMove?: number | null;

  /** The version the label points to now; null when it does not exist; absent for any. */
  @IsOptional()
  @IsString()
  @MaxLength(64)
  expectedVersion?: string | null;

  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(2000)
  reason?: string | null;

  /** Rolls a protected label back past its policy, as in a move. */
  @IsOptional()
  @IsBoolean()
  breakGlass?: boolean | null;
}

export class AsOfQuery {
  /** A time in UTC: shows what was then, a time to come what is now. By default now. */
  @IsOptional()
  @QueryTime()
  asOf?: Date;
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
  /** The promotion or release it is part of, or the number of the move it went back to. */
  groundId: string | null;
}

export class LabelHistoryResponse {
  items: LabelMoveResponse[];
  nextCursor: string | null;
  total?: number;
}
