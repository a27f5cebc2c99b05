import type { OperationContext } from '../authorization/index.js';
import { transactionOf } from '../database/index.js';
import type { ChangeFeed, RecordedEvent } from '../events/index.js';
import { type CacheLimits, type Held, LoadingCache } from './loading-cache.js';

export type FollowedCacheOptions<V> = CacheLimits<V> & {
  /** Drops what the event may have changed. Called for every event there is, so it is quick. */
  readonly dropOn: (event: RecordedEvent, cache: LoadingCache<V & object>) => void;
  /** For how long values are used that no look at the database has confirmed. */
  readonly graceMs: number;
};

/**
 * What the database said, kept in memory for as long as the change feed says that it still holds:
 * not at all older on the instance that wrote, less than a second on the others.
 *
 *   confirmed                          from memory
 *   database away, within the grace    from memory: old, and better than nothing
 *   beyond, or inside a transaction    from the database, whatever that means
 */
export class FollowedCache<V extends object> {
  private readonly cache: LoadingCache<V>;
  private readonly graceMs: number;

  constructor(
    private readonly feed: ChangeFeed,
    { dropOn, graceMs, ...limits }: FollowedCacheOptions<V>,
  ) {
    this.graceMs = graceMs;
    this.cache = new LoadingCache<V>(limits);
    feed.listen({
      changed: (events) => {
        for (const event of events) dropOn(event, this.cache);
      },
      gap: () => {
        this.cache.clear();
      },
    });
  }

  /** What is held and confirmed. Undefined says nothing. */
  peek(key: string): V | undefined {
    return this.feed.isConfirmed() ? this.cache.peek(key) : undefined;
  }

  /** As `peek`. Whoever keeps hold of it has to ask the feed themselves whether it is confirmed. */
  hold(key: string): Held<V> | undefined {
    return this.feed.isConfirmed() ? this.cache.hold(key) : undefined;
  }

  /** @throws what `load` throws, which is not kept */
  async get(
    ctx: OperationContext,
    key: string,
    load: () => Promise<V | undefined>,
  ): Promise<V | undefined> {
    // A decision inside a transaction is taken on what the transaction sees.
    if (transactionOf(ctx) || this.feed.unconfirmedMs() >= this.graceMs) return load();
    return this.cache.get(key, load);
  }

  /** Forgets it, for a reason that is no event. */
  drop(key: string): void {
    this.cache.drop(key);
  }

  get bytes(): number {
    return this.cache.bytes;
  }
}
