import { isoTime } from '../../platform/time/index.js';
import { showLabel } from '../labels/label-view.js';
import type { Release } from './release.js';
import type { ReleaseResponse } from './releases.dto.js';

export function showRelease({ id, moves, reason, madeAtMs, madeBy }: Release): ReleaseResponse {
  return {
    id,
    moves: moves.map(({ prompt, label, moved }) =>
      Object.assign(showLabel(label), { prompt, moved }),
    ),
    reason,
    madeAt: isoTime(madeAtMs),
    madeBy,
  };
}
