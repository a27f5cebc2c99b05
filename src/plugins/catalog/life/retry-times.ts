const firstMs = 30_000;
const mostMs = 600_000;

/** When a plugin that did not start is tried again: after 30 s, then twice as long, 10 min at most. */
export class RetryTimes {
  private failing:
    { readonly digest: string; readonly waitMs: number; readonly at: number } | undefined;

  /** Whether an attempt waits to be made. */
  isDue(nowMs: number): boolean {
    return this.failing !== undefined && nowMs >= this.failing.at;
  }

  /** Other bytes need not wait for what their predecessor did. */
  mayTry(digest: string, nowMs: number): boolean {
    return this.failing?.digest !== digest || nowMs >= this.failing.at;
  }

  failed(digest: string, nowMs: number): void {
    const isSame = this.failing?.digest === digest;
    const waitMs = isSame ? Math.min(2 * (this.failing?.waitMs ?? firstMs), mostMs) : firstMs;
    this.failing = { digest, waitMs, at: nowMs + waitMs };
  }

  /** There is nothing to try again. */
  clear(): void {
    this.failing = undefined;
  }
}
