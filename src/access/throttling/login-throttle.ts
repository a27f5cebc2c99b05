import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../../platform/authorization/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { Outbox } from '../../platform/events/index.js';
import {
  isExhausted,
  networkOf,
  quotaExceeded,
  quotaHeaders,
  type QuotaState,
  rateLimited,
} from '../../platform/http/index.js';
import type { User } from '../users/user.js';
import { KnownNetworksRepository } from './known-networks.repository.js';
import { LoginCounters } from './login-counters.js';
import type { LoginLimit } from './login-limits.js';
import { loginLocked } from './throttling.events.js';
import { Turns } from './turns.js';

const MAX_WAITING_PER_ACCOUNT = 50;

/** Whose password is tried: a name, and the user who has it. */
export interface Attempt {
  readonly account: string;
  readonly user: User | undefined;
}

/** The RateLimit fields that belong into a refusal. */
export type LimitHeaders = Readonly<Record<string, string>>;

export interface Tried<Failure> {
  readonly failure: Failure | undefined;
  readonly headers: LimitHeaders;
}

/**
 * Stands before every check of a password, with the limits of login-limits.ts. Only failures count,
 * and a success resets those of its account and network. All instances count together.
 *
 * One instance tries one account from one network once at a time, so the limit of this pair is
 * exact however many come at once, and right passwords that come together do not refuse each other.
 * Each further instance can let one more through, and the two wider limits as many as are being
 * checked at that moment.
 */
@Injectable()
export class LoginThrottle {
  private readonly turns = new Turns(MAX_WAITING_PER_ACCOUNT, () =>
    rateLimited('Too many logins of this account wait for each other; try again in a second.', {
      headers: { 'Retry-After': '1' },
    }),
  );

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
    private readonly counters: LoginCounters,
    private readonly knownNetworks: KnownNetworksRepository,
  ) {}

  /**
   * Checks a password, unless too many failed before.
   *
   * @param check answers what is wrong, or undefined when nothing is
   * @throws rate-limited without calling `check`
   */
  async attempt<Failure extends string>(
    ctx: OperationContext,
    { account, user }: Attempt,
    check: () => Promise<Failure | undefined>,
  ): Promise<Tried<Failure>> {
    const network = networkOf(ctx.origin.ip);
    const callers = this.counters.callers(account, network);
    return this.turns.run(callers.account, async () => {
      const own = await this.counters.read(ctx, 'account', callers);
      refuse([own]);
      const wide = [
        await this.counters.read(ctx, 'network', callers),
        await this.counters.read(ctx, 'accountAnywhere', callers),
      ].filter(isExhausted);
      if (wide.length > 0 && !(await this.knownNetworks.has(ctx, account, network))) refuse(wide);
      const failure = await check();
      if (failure !== undefined) return { failure, headers: await this.count(ctx, user, callers) };
      if (own.spent > 0) await this.unitOfWork.run(ctx, (tx) => this.counters.forget(tx, callers));
      return { failure, headers: {} };
    });
  }

  /**
   * Counts a failure that no account can be blamed for, such as an unknown refresh token. Answers
   * the RateLimit fields that belong into the refusal.
   *
   * @throws rate-limited when too many failed before
   */
  async countUnknown(ctx: OperationContext): Promise<LimitHeaders> {
    const callers = { network: networkOf(ctx.origin.ip) };
    refuse([await this.counters.read(ctx, 'network', callers)]);
    return this.count(ctx, undefined, callers);
  }

  private async count(
    ctx: OperationContext,
    user: User | undefined,
    callers: Readonly<Partial<Record<LoginLimit, string>>>,
  ): Promise<LimitHeaders> {
    const states = await this.unitOfWork.run(ctx, async (tx) => {
      const spent = await this.counters.spend(tx, callers);
      for (const { limit, state, locked } of spent) {
        if (locked) this.outbox.record(tx, loginLocked(user, limit, state.quota.windowSeconds));
      }
      return spent;
    });
    this.counters.sweep(ctx);
    // What other networks did to an account is not the caller's business.
    const shown = states.filter(({ limit }) => limit !== 'accountAnywhere');
    return quotaHeaders(shown.map(({ state }) => state));
  }
}

function refuse(states: readonly QuotaState[]): void {
  const exhausted = states.filter(isExhausted);
  if (exhausted.length > 0) throw quotaExceeded('Too many logins failed.', exhausted);
}
