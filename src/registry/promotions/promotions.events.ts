import { type Digest, digestOf } from '../../platform/crypto/index.js';
import type { EventData, NewEvent } from '../../platform/events/index.js';
import type { Promotion } from './promotion.js';

export function promotionRequested(promotion: Promotion): NewEvent {
  const { reason, moves, requiredApprovals } = promotion;
  const planned = moves.map(
    ({ prompt, label, from, to }) => `${prompt}@${label}: ${from ?? 'none'} -> ${to ?? 'none'}`,
  );
  return {
    ...about(promotion, 'promotion.requested', { reason, moves: planned, requiredApprovals }),
    after: promotionDigest(promotion),
  };
}

export function promotionApproved(
  before: Promotion,
  after: Promotion,
  comment: string | null,
): NewEvent {
  const { approvals, requiredApprovals } = after;
  return {
    ...about(after, 'promotion.approved', {
      comment,
      approvals: approvals.length,
      requiredApprovals,
    }),
    before: promotionDigest(before),
    after: promotionDigest(after),
  };
}

/** Its status tells the type: `promotion.applied`, `.rejected`, `.superseded`, `.withdrawn`. */
export function promotionEnded(
  before: Promotion,
  after: Promotion,
  data: EventData = {},
): NewEvent {
  return {
    ...about(after, `promotion.${after.status}`, data),
    before: promotionDigest(before),
    after: promotionDigest(after),
  };
}

/** The digest of what may change about a promotion. */
function promotionDigest({ status, approvals }: Promotion): Digest {
  return digestOf({ status, approvals: approvals.map(({ by }) => by.id) });
}

function about({ id, projectId, moves }: Promotion, type: string, data: EventData): NewEvent {
  const [first] = moves;
  const others = moves.length > 1 ? ` and ${moves.length - 1} more` : '';
  const name = `${first?.prompt ?? ''}@${first?.label ?? ''}${others}`;
  return { type, projectId, subject: { type: 'promotion', id, name }, data };
}
