import { preconditionFailed } from '../../platform/errors/index.js';
import { isoTime } from '../../platform/time/index.js';
import type { Label, LabelMove } from './label.js';
import type { LabelMoveResponse, LabelResponse } from './labels.dto.js';

export function showLabel({ name, version, lastMove }: Label): LabelResponse {
  return {
    label: name,
    version,
    previousVersion: lastMove.from,
    movedAt: isoTime(lastMove.movedAtMs),
    movedBy: lastMove.movedBy,
    reason: lastMove.reason,
  };
}

export function showMove({
  move,
  from,
  to,
  movedAtMs,
  movedBy,
  reason,
}: LabelMove): LabelMoveResponse {
  return { move, from, to, movedAt: isoTime(movedAtMs), movedBy, reason };
}

export function labelETag({ lastMove }: Label): string {
  return `"${lastMove.move}"`;
}

/** The move number that `If-Match` names; undefined without the header and for `*`. */
export function moveNumber(ifMatch: string | undefined): number | undefined {
  if (ifMatch === undefined || ifMatch === '*') return undefined;
  const number = /^"(\d{1,15})"$/.exec(ifMatch)?.[1];
  if (number !== undefined) return Number(number);
  throw preconditionFailed('If-Match must be the ETag of the label as it was read, such as "3".');
}
