import { ApiProperty } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';
import { ContractChangeResponse } from '../versions/versions.dto.js';

export class DiffQuery {
  /** A selector. */
  @IsString()
  @MaxLength(256)
  from: string;

  /** A selector. */
  @IsString()
  @MaxLength(256)
  to: string;
}

export class HunkResponse {
  oldStart: number;
  oldLines: number;
  newStart: number;
  newLines: number;
  /** Each starts with a space, `-`, `+`, or `\` for a missing line end. */
  lines: string[];
}

export class TextDiffResponse {
  /** Such as `text`, `messages/0/content` or `sections/task`. */
  path: string;
  hunks: HunkResponse[];
}

export class DiffResponse {
  from: string;
  to: string;
  /** What a step from `from` to `to` needs at least. */
  requiredBump: 'none' | 'patch' | 'minor' | 'major';
  reasons: ContractChangeResponse[];
  /** What was added, removed and changed of what callers depend on; a part that is equal is absent. */
  @ApiProperty({ type: 'object', additionalProperties: true })
  contract: object;
  text: TextDiffResponse[];
  /** A unified diff of a readable form of the whole contents; empty when it does not differ. */
  unified: string;
}
