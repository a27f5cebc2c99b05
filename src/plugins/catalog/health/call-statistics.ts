import type { CallOutcome, FailureReason } from '../../runner/runner-outcome.js';

const keptDurations = 256;

export interface CallNumbers {
  readonly calls: number;
  readonly failures: number;
  readonly timeouts: number;
  /** Failures among all calls, 0 to 1; 0 before the first call. */
  readonly errorRate: number;
  /** Of the last calls; null before the first. */
  readonly p95Ms: number | null;
}

/** It was not called, was not allowed to end, or has only handed on what promptd refused it. */
const notItsFault: readonly FailureReason[] = ['busy', 'stopped', 'refused'];
const outOfTime: readonly FailureReason[] = ['timeout', 'cpu'];

/** Whether it counts against the plugin. */
export function isFailure(outcome: CallOutcome): boolean {
  return !outcome.ok && !notItsFault.includes(outcome.reason);
}

/** How the calls of one running plugin went. */
export class CallStatistics {
  private calls = 0;
  private failures = 0;
  private timeouts = 0;
  private readonly durations: number[] = [];

  count(outcome: CallOutcome, durationMs: number): void {
    this.durations[this.calls % keptDurations] = durationMs;
    this.calls += 1;
    if (isFailure(outcome)) this.failures += 1;
    if (!outcome.ok && outOfTime.includes(outcome.reason)) this.timeouts += 1;
  }

  numbers(): CallNumbers {
    const { calls, failures, timeouts } = this;
    const errorRate = calls === 0 ? 0 : failures / calls;
    return { calls, failures, timeouts, errorRate, p95Ms: this.p95Ms() };
  }

  private p95Ms(): number | null {
    const sorted = this.durations.toSorted((a, b) => a - b);
    return sorted[Math.ceil(sorted.length * 0.95) - 1] ?? null;
  }
}
