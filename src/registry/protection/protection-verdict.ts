import type { Capacity } from '../../platform/authorization/index.js';
import type { LabelRules } from './label-policy.js';
import type { Soak } from './soak.js';

/** Everything about a move that its label's policy asks for. */
export interface MoveFacts {
  /** What the one acts as who moves the label, or who asked for the promotion that does. */
  readonly capacity: Capacity;
  /** By others, of the promotion; 0 for every other move. */
  readonly approvals: number;
  /** Whether the move says what it believes the label to point to. */
  readonly namesExpected: boolean;
  /** Of the version under the label that the policy names; null for a removal or without a rule. */
  readonly soak: Soak | null;
  readonly breaksGlass: boolean;
}

export type ProtectionVerdict =
  | { readonly kind: 'allowed' }
  | { readonly kind: 'no-mover' }
  | { readonly kind: 'needs-approvals' }
  | { readonly kind: 'needs-expected' }
  /** `readyAtMs` is null while the version is not under that label at all. */
  | {
      readonly kind: 'soaking';
      readonly sinceMs: number | null;
      readonly readyAtMs: number | null;
    };

/**
 * The decision itself, the same for every entrance. Broken glass skips who, approvals and time, and
 * never what keeps two movers from overwriting each other.
 */
export function protectionVerdict(rules: LabelRules, facts: MoveFacts): ProtectionVerdict {
  const { capacity, approvals, namesExpected, soak, breaksGlass } = facts;
  if (!breaksGlass && !isMover(rules, capacity)) return { kind: 'no-mover' };
  if (!breaksGlass && approvals < rules.approvals) return { kind: 'needs-approvals' };
  if (rules.requiresExpected && !namesExpected) return { kind: 'needs-expected' };
  if (breaksGlass || rules.soak === null || soak === null) return { kind: 'allowed' };
  if (soak.longestMs >= rules.soak.durationMs) return { kind: 'allowed' };
  const { sinceMs } = soak;
  return {
    kind: 'soaking',
    sinceMs,
    readyAtMs: sinceMs === null ? null : sinceMs + rules.soak.durationMs,
  };
}

/** Whom the list does not name is no mover: a capacity that is new tomorrow moves nothing. */
export function isMover({ movers }: LabelRules, capacity: Capacity): boolean {
  if (capacity === 'admin' && movers.includes('developer')) return true;
  return movers.some((mover) => mover === capacity);
}
