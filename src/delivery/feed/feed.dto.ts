import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { type ChangeType, changeTypes } from './change.js';

export class ChangesQuery {
  /** The revision up to which you know what happened; without it you learn where to begin. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  @ApiProperty({ type: 'integer', minimum: 0, required: false })
  since?: number;

  /** Events to look at, those of other kinds included. A revision is never cut. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1000)
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 1000, default: 200, required: false })
  limit = 200;
}

/** Who made the change, as they were called then. */
export class ChangeActorResponse {
  kind: 'user' | 'key' | 'plugin' | 'anonymous' | 'system';
  name: string;
}

/** What happened to a prompt. */
export class ChangeResponse {
  /** Grows by 1 with each transaction in the project; shared by the changes of one. */
  @ApiProperty({ type: 'integer' })
  revision: number;
  @ApiProperty({ enum: changeTypes })
  type: ChangeType;
  /** The name of the prompt. */
  prompt: string;
  /** The number of the version that it is about. */
  version?: string;
  /** The digest of the version that was published. */
  digest?: string;
  /** The label that moved or was removed. */
  label?: string;
  /** The version that the label pointed to; null when it is new. */
  @ApiProperty({ type: String, nullable: true, required: false })
  from?: string | null;
  /** The version that the label points to; null when it is removed. */
  @ApiProperty({ type: String, nullable: true, required: false })
  to?: string | null;
  at: string;
  by: ChangeActorResponse;
}

export class ChangeListResponse {
  /** Oldest first; only what you may read. */
  items: ChangeResponse[];
  /** Where the project is now. */
  @ApiProperty({ type: 'integer' })
  revision: number;
  /** The `since` of the next request. */
  @ApiProperty({ type: 'integer' })
  nextSince: number;
  /** Whether there is more to look at now. */
  more: boolean;
  /** `since` is ahead of the project, as after a restore of its database: load anew. */
  resync: boolean;
}
