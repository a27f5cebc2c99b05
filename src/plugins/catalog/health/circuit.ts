/** When a plugin is left alone for a while, and for how long. */
export const circuitRules = {
  windowMs: 30_000,
  /** So many failures in a row within the window open it, */
  failuresInARow: 5,
  /** or half of the calls in the window, when there were so many at least. */
  leastCalls: 10,
  openMs: 30_000,
  maxOpenMs: 600_000,
  /** When it opens again within so long after it closed, it stays open for twice as long as before. */
  calmMs: 600_000,
} as const;

/**
 * `void`: the call says nothing about the plugin. It was not made, it was stopped, or it ended with what
 * promptd refused the plugin, which whoever calls can bring about. It neither opens a circuit nor closes
 * one, and stands between no two failures. So a plugin that ends in no other way is never left alone: it
 * is no worse than one that answers nonsense, and what it throws, loops or uses up besides is counted.
 */
export type CallVerdict = 'succeeded' | 'failed' | 'void';

/** What `admit` hands out and `settle` takes back. */
export interface Admission {
  /** Of which opening it is the trial; undefined for a call while all was well. */
  readonly trialOf: number | undefined;
}

interface Slice {
  readonly second: number;
  calls: number;
  failures: number;
}

/**
 * Keeps calls away from a plugin that fails, so that nobody waits for it and it is not killed again
 * and again.
 *
 *   closed  --too many failures-->  open  --its time is over-->  one trial  --succeeds-->  closed
 *                                    ^----------- fails, twice as long ----------'
 *
 * Times are handed in, in milliseconds of a clock that only goes forward.
 */
export class Circuit {
  private openings = 0;
  private openUntilMs: number | undefined;
  private openForMs = 0;
  private closedAtMs = -Infinity;
  private isTrying = false;
  /** When the failures since the last success were. */
  private inARow: number[] = [];
  /** One for each second that had calls. */
  private slices: Slice[] = [];

  get isOpen(): boolean {
    return this.openUntilMs !== undefined;
  }

  /** How long until the next call may be made; 0 when one may be made now. */
  waitMs(nowMs: number): number {
    return this.openUntilMs === undefined ? 0 : Math.max(0, this.openUntilMs - nowMs);
  }

  /** Undefined when the call must not be made. Whoever is admitted must settle. */
  admit(nowMs: number): Admission | undefined {
    if (this.openUntilMs === undefined) return { trialOf: undefined };
    if (this.isTrying || nowMs < this.openUntilMs) return undefined;
    this.isTrying = true;
    return { trialOf: this.openings };
  }

  settle({ trialOf }: Admission, verdict: CallVerdict, nowMs: number): void {
    if (trialOf !== undefined) {
      if (trialOf === this.openings) this.settleTrial(verdict, nowMs);
      return;
    }
    // What was called before it opened has been judged by then.
    if (verdict === 'void' || this.isOpen) return;
    this.count(verdict, nowMs);
    if (this.hasTripped(nowMs)) this.open(nowMs);
  }

  private settleTrial(verdict: CallVerdict, nowMs: number): void {
    this.isTrying = false;
    if (verdict === 'failed') this.open(nowMs);
    if (verdict !== 'succeeded') return;
    this.openUntilMs = undefined;
    this.closedAtMs = nowMs;
  }

  private open(nowMs: number): void {
    const isSoon = this.isOpen || nowMs - this.closedAtMs < circuitRules.calmMs;
    this.openForMs = isSoon
      ? Math.min(2 * this.openForMs, circuitRules.maxOpenMs)
      : circuitRules.openMs;
    this.openUntilMs = nowMs + this.openForMs;
    this.openings += 1;
    this.inARow = [];
    this.slices = [];
  }

  private count(verdict: CallVerdict, nowMs: number): void {
    const second = Math.floor(nowMs / 1000);
    let slice = this.slices.at(-1);
    if (slice?.second !== second) {
      slice = { second, calls: 0, failures: 0 };
      this.slices.push(slice);
    }
    slice.calls += 1;
    if (verdict === 'succeeded') {
      this.inARow = [];
      return;
    }
    slice.failures += 1;
    this.inARow = [...this.inARow, nowMs].slice(-circuitRules.failuresInARow);
  }

  private hasTripped(nowMs: number): boolean {
    const sinceMs = nowMs - circuitRules.windowMs;
    this.slices = this.slices.filter(({ second }) => (second + 1) * 1000 > sinceMs);
    const [firstInARow = -Infinity] = this.inARow;
    if (this.inARow.length === circuitRules.failuresInARow && firstInARow > sinceMs) return true;
    const calls = this.slices.reduce((sum, slice) => sum + slice.calls, 0);
    const failures = this.slices.reduce((sum, slice) => sum + slice.failures, 0);
    return calls >= circuitRules.leastCalls && 2 * failures >= calls;
  }
}
