import type { OperationContext } from '../../platform/authorization/index.js';
import type { Quota, QuotaState } from '../../platform/http/index.js';
import type { Clock } from '../../platform/time/index.js';
import type { Counter, RateLimitsRepository } from './rate-limits.repository.js';

/**
 * A quota that all instances count together. The algorithm is that of rate-limiter-flexible, whose
 * own stores know neither our transactions nor our clock: a window begins with a caller's first
 * use, and a block begins one anew.
 */
export class DatabaseQuota {
  constructor(
    readonly quota: Quota,
    private readonly counters: RateLimitsRepository,
    private readonly clock: Clock,
  ) {}

  async read(ctx: OperationContext, caller: string): Promise<QuotaState> {
    return this.stateOf(await this.counters.find(ctx, this.keyOf(caller)));
  }

  /** Counts one more. Of all who count at the same time, no two are told the same number. */
  async spend(tx: OperationContext, caller: string): Promise<QuotaState> {
    return this.stateOf(await this.add(tx, caller, 1, false));
  }

  /** Leaves nothing for a whole window from now on. */
  async exhaust(tx: OperationContext, caller: string): Promise<QuotaState> {
    return this.stateOf(await this.add(tx, caller, this.quota.limit + 1, true));
  }

  async forget(tx: OperationContext, caller: string): Promise<void> {
    await this.counters.delete(tx, this.keyOf(caller));
  }

  private async add(
    tx: OperationContext,
    caller: string,
    points: number,
    restart: boolean,
  ): Promise<Counter> {
    const durationMs = this.quota.windowSeconds * 1000;
    return this.counters.add(tx, this.keyOf(caller), { points, durationMs, restart });
  }

  private stateOf(counter: Counter | undefined): QuotaState {
    const { quota } = this;
    if (!counter) return { quota, spent: 0, resetMs: quota.windowSeconds * 1000 };
    const resetMs = Math.max(0, counter.expiresAtMs - this.clock.nowMs());
    return { quota, spent: counter.points, resetMs };
  }

  private keyOf(caller: string): string {
    return `${this.quota.policy} ${caller}`;
  }
}
