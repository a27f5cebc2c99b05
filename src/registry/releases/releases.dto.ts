import { IsBoolean, IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';
import { ActorResponse, ListOf } from '../../platform/http/index.js';
import { LabelResponse } from '../labels/labels.dto.js';

const maxMoves = 100;

export class ReleaseMoveRequest {
  /** The name of the prompt. */
  @IsString()
  @MaxLength(255)
  prompt: string;

  @IsString()
  @MaxLength(63)
  label: string;

  /** An exact version of the prompt. */
  @IsString()
  @MaxLength(64)
  version: string;

  /** The version the label points to now; null when it must not exist; absent for any. */
  @IsOptional()
  @IsString()
  @MaxLength(64)
  expectedVersion?: string | null;
}

export class MakeReleaseRequest {
  /** Each label of each prompt once. */
  @ListOf(ReleaseMoveRequest, { min: 1, max: maxMoves })
  moves: ReleaseMoveRequest[];

  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(2000)
  reason?: string | null;

  /** Moves protected labels past their policies: for project admins, with a reason of 10 characters. */
  @IsOptional()
  @IsBoolean()
  breakGlass?: boolean | null;
}

/** A label as it is after the release. */
export class ReleasedLabelResponse extends LabelResponse {
  /** The name of the prompt. */
  prompt: string;
  /** False when the label pointed there already, so that its last move is an earlier one. */
  moved: boolean;
}

export class ReleaseResponse {
  /** The `groundId` of its moves in the history of their labels. */
  id: string;
  /** In the order of the request. */
  moves: ReleasedLabelResponse[];
  reason: string | null;
  madeAt: string;
  madeBy: ActorResponse;
}
