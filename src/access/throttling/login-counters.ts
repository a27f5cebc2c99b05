import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../../platform/authorization/index.js';
import type { QuotaState } from '../../platform/http/index.js';
import { Clock } from '../../platform/time/index.js';
import { BackgroundWrites } from '../background-writes.js';
import { DatabaseQuota } from './database-quota.js';
import { type LoginLimit, loginLimits } from './login-limits.js';
import { RateLimitsRepository } from './rate-limits.repository.js';

/** By limit, who it counts. Locked in this order, so that two transactions never deadlock. */
export type LoginCallers = Readonly<Partial<Record<LoginLimit, string>>>;

export interface Spent {
  readonly limit: LoginLimit;
  readonly state: QuotaState;
  /** It was the last one: the lock begins with it. */
  readonly locked: boolean;
}

const lockOrder = ['account', 'accountAnywhere', 'network'] as const satisfies LoginLimit[];

const SWEEP_EVERY_MS = 5 * 60_000;
const SWEEP_BATCH = 1_000;

/** The failed logins of all instances. */
@Injectable()
export class LoginCounters {
  private readonly quotas: Readonly<Record<LoginLimit, DatabaseQuota>>;
  private sweptAtMs = 0;

  constructor(
    private readonly counters: RateLimitsRepository,
    private readonly clock: Clock,
    private readonly background: BackgroundWrites,
  ) {
    this.quotas = {
      account: new DatabaseQuota(loginLimits.account, counters, clock),
      accountAnywhere: new DatabaseQuota(loginLimits.accountAnywhere, counters, clock),
      network: new DatabaseQuota(loginLimits.network, counters, clock),
    };
  }

  callers(account: string, network: string) {
    // A network holds no blank, so no account can be written that would share a counter.
    return { account: `${network} ${account}`, accountAnywhere: account, network };
  }

  async read(ctx: OperationContext, limit: LoginLimit, callers: LoginCallers): Promise<QuotaState> {
    return this.quotas[limit].read(ctx, callers[limit] ?? '');
  }

  /** Counts one failure against each of the limits named. */
  async spend(tx: OperationContext, callers: LoginCallers): Promise<readonly Spent[]> {
    const spent: Spent[] = [];
    for (const limit of lockOrder) {
      const caller = callers[limit];
      if (caller === undefined) continue;
      const quota = this.quotas[limit];
      const state = await quota.spend(tx, caller);
      const locked = state.spent === quota.quota.limit;
      spent.push({ limit, state: locked ? await quota.exhaust(tx, caller) : state, locked });
    }
    return spent;
  }

  async forget(tx: OperationContext, { account }: LoginCallers): Promise<void> {
    if (account !== undefined) await this.quotas.account.forget(tx, account);
  }

  /** Expired counters are deleted by those who make new ones, now and then and in the background. */
  sweep(ctx: OperationContext): void {
    const now = this.clock.nowMs();
    if (now - this.sweptAtMs < SWEEP_EVERY_MS) return;
    this.sweptAtMs = now;
    this.background.write(ctx, async (tx) => {
      const deleted = await this.counters.deleteExpired(tx, SWEEP_BATCH);
      if (deleted === SWEEP_BATCH) this.sweptAtMs = 0;
    });
  }
}
