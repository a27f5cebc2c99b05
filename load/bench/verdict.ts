import { median } from '../statistics.js';

/** What a measured value is held to. */
export interface Limit {
  readonly kind: 'at least' | 'at most';
  readonly value: number;
  /** `x` for a ratio of two that were measured side by side. */
  readonly unit: 'x' | 'ms' | 's' | 'MB';
}

export type Verdict = 'met' | 'missed, within noise' | 'missed' | 'not measurable here';

export interface Finding {
  readonly budget: string;
  readonly what: string;
  readonly limit: Limit;
  readonly verdict: Verdict;
  /** Median of the rounds; null when nothing was measured. */
  readonly measured: number | null;
  /** How far the best round is from the median. */
  readonly noise: number;
  readonly rounds: readonly number[];
  /** What is behind it, or why there is nothing. */
  readonly detail: Readonly<Record<string, number | string>>;
}

export interface Subject {
  readonly budget: string;
  readonly what: string;
  readonly limit: Limit;
}

export const atLeast = (value: number, unit: Limit['unit'] = 'x'): Limit => ({
  kind: 'at least',
  value,
  unit,
});

export const atMost = (value: number, unit: Limit['unit'] = 'x'): Limit => ({
  kind: 'at most',
  value,
  unit,
});

/**
 * A budget is missed for certain only when it is missed by more than the noise: when even the best
 * round misses it. Of five rounds or more the best is left out, because one may be luck.
 */
export function judge(
  subject: Subject,
  rounds: readonly number[],
  detail: Finding['detail'] = {},
): Finding {
  const measured = median(rounds);
  const best = rounds.toSorted((a, b) => (subject.limit.kind === 'at least' ? b - a : a - b));
  const noise = Math.abs(measured - (best[best.length < 5 ? 0 : 1] ?? measured));
  const told = verdict(subject.limit, measured, noise);
  return { ...subject, verdict: told, measured, noise, rounds, detail };
}

export function notMeasurable(subject: Subject, why: string): Finding {
  const nothing = { measured: null, noise: 0, rounds: [] };
  return { ...subject, ...nothing, verdict: 'not measurable here', detail: { why } };
}

function verdict({ kind, value }: Limit, measured: number, noise: number): Verdict {
  const missedBy = kind === 'at least' ? value - measured : measured - value;
  if (missedBy <= 0) return 'met';
  return missedBy <= noise ? 'missed, within noise' : 'missed';
}
