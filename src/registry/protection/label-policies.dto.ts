import {
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateIf,
} from 'class-validator';
import { ActorResponse } from '../../platform/http/index.js';
import { type Mover, movers } from './label-policy.js';

const maxApprovals = 10;
const yearSeconds = 365 * 24 * 60 * 60;
const isGiven = (_: unknown, value: unknown) => value !== undefined;

export class SetLabelPolicyRequest {
  /**
   * Who may move the label or, where approvals are needed, ask for a promotion. What developers
   * may, admins may too.
   */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayUnique()
  @IsIn(movers, { each: true, message: `must be among ${movers.join(', ')}` })
  movers: Mover[];

  /** How many others must approve a promotion. By default none: movers move the label directly. */
  @ValidateIf(isGiven)
  @IsInt()
  @Min(0)
  @Max(maxApprovals)
  approvals?: number;

  /** Whether a move must name `expectedVersion` or a move number in If-Match. By default not. */
  @ValidateIf(isGiven)
  @IsBoolean()
  requireExpected?: boolean;

  /** Another label, which must have pointed to the version for `soakSeconds` without a break. */
  @IsOptional()
  @IsString()
  @MaxLength(63)
  soakLabel?: string | null;

  /** Up to a year. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(yearSeconds)
  soakSeconds?: number | null;
}

export class LabelPolicyResponse {
  label: string;
  movers: Mover[];
  approvals: number;
  requireExpected: boolean;
  soakLabel: string | null;
  soakSeconds: number | null;
  updatedAt: string;
  updatedBy: ActorResponse;
}

export class LabelPolicyListResponse {
  /** By label. */
  items: LabelPolicyResponse[];
}
