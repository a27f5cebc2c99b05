import { hash } from 'node:crypto';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { Quota, QuotaState } from './quota.js';

/** SECURITY: addresses are free for whoever has an IPv6 network, and memory is not. */
export const MAX_COUNTED_CALLERS = 10_000;
const SHARED_COUNTERS = 256;

/**
 * Counts in the memory of this instance, in windows that begin with a caller's first request. It
 * knows so many callers of its own in a window; those who come later share a few counters, so a
 * flood of new callers is limited as a crowd and takes no memory. At most two windows' worth of
 * counters exist at a time.
 */
export class MemoryQuota {
  private readonly limiter: RateLimiterMemory;
  private readonly callers = new Set<string>();
  private callersUntilMs = 0;

  constructor(readonly quota: Quota) {
    const { policy, limit, windowSeconds } = quota;
    this.limiter = new RateLimiterMemory({
      keyPrefix: policy,
      points: limit,
      duration: windowSeconds,
    });
  }

  /** Counts one request; it may go on when no more is spent than the quota has. */
  async spend(caller: string): Promise<QuotaState> {
    const { consumedPoints, msBeforeNext } = await this.limiter.penalty(this.counterOf(caller));
    return { quota: this.quota, spent: consumedPoints, resetMs: msBeforeNext };
  }

  /** How many counters exist now. */
  size(): number {
    return this.limiter.dump().storage.length;
  }

  private counterOf(caller: string): string {
    const now = performance.now();
    if (now >= this.callersUntilMs) {
      this.callers.clear();
      this.callersUntilMs = now + this.quota.windowSeconds * 1000;
    }
    if (this.callers.has(caller)) return caller;
    if (this.callers.size >= MAX_COUNTED_CALLERS) {
      return `shared-${hash('sha256', caller, 'buffer').readUInt16BE() % SHARED_COUNTERS}`;
    }
    this.callers.add(caller);
    return caller;
  }
}
