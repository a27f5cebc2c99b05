import { isoTime } from '../../platform/time/index.js';
import type { Label, LabelMove } from './label.js';
import type { ExpectedMoves } from './label-mover.js';
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
  ground,
  groundId,
}: LabelMove): LabelMoveResponse {
  return { move, from, to, movedAt: isoTime(movedAtMs), movedBy, reason, ground, groundId };
}

export function labelETag({ lastMove }: Label): string {
  return `"${lastMove.move}"`;
}

/**
 * The move numbers that `If-Match` accepts; undefined without the header. RFC 9110, 13.1.1: `*` is
 * any number there is, and a weak tag or one that is no move number matches nothing.
 */
export function expectedMoves(ifMatch: string | undefined): ExpectedMoves | undefined {
  if (ifMatch === undefined) return undefined;
  if (ifMatch.trim() === '*') return 'any';
  return ifMatch.split(',').flatMap((tag) => {
    const number = /^"(\d{1,15})"$/.exec(tag.trim())?.[1];
    return number === undefined ? [] : [Number(number)];
  });
}
