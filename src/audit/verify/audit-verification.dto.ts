import { ApiProperty } from '@nestjs/swagger';
import { type BreakReason, breakReasons } from '../verification.js';

export class TrailHeadResponse {
  sequence: number;
  hash: string;
}

export class TrailBreakResponse {
  /** The first entry that is wrong. */
  sequence: number;
  @ApiProperty({ enum: breakReasons })
  reason: BreakReason;
  /** A sentence about the entry, for a person. */
  detail: string;
}

export class AuditVerificationResponse {
  ok: boolean;
  /** Entries that are whole, from the first one on. */
  entries: number;
  /** The last of them; sequence 0 when there is none. */
  head: TrailHeadResponse;
  /** Checkpoints that agree with them. */
  checkpoints: number;
  brokenAt: TrailBreakResponse | null;
  durationMs: number;
}
