import { LRUCache } from 'lru-cache';

/** How much a cache may hold; when more comes, what was not asked for longest goes. */
export type CacheSize<V> =
  | {
      /** Room for so many is taken at once, so it is for thousands and not for millions. */
      readonly maxEntries: number;
    }
  | {
      /** What all values together may take. */
      readonly maxBytes: number;
      readonly bytesOf: (key: string, value: V) => number;
    };

export type CacheLimits<V> = CacheSize<V> & CacheRules<V>;

export interface CacheRules<V> {
  /** How long "there is none" is believed. Such answers have a room of their own. */
  readonly absentMs: number;
  /** What a value depends on besides its key, for `dropTag`. */
  readonly tagsOf?: (value: V) => readonly string[];
}

/** A value for somebody who keeps hold of it: it goes from their hands when it goes from the cache. */
export interface Held<V> {
  readonly value: V | undefined;
}

interface Entry<V> {
  value: V | undefined;
}

interface Load<V> {
  readonly result: Promise<V | undefined>;
  /** Something was dropped while it ran: whoever waits gets the value, nobody after them does. */
  detached: boolean;
}

/** Guesses at names that do not exist are free for whoever makes them, and memory is not. */
const MAX_ABSENT = 1_000;
const ABSENT = { absent: true } as const;

/**
 * Values by key, loaded when they are missed, once for all who ask at the same time.
 *
 *   drop  ->  a load that has begun may have read the state from before: it is detached, so that
 *             who asks after the drop begins another one, and its value is not kept
 *
 * so a value is never older than the last drop that concerns it. A load that fails is not kept.
 */
export class LoadingCache<V extends object> {
  private readonly values: LRUCache<string, Entry<V>>;
  private readonly absent: LRUCache<string, typeof ABSENT>;
  private readonly loads = new Map<string, Load<V>>();
  private readonly tagged = new Map<string, Set<string>>();

  constructor(private readonly limits: CacheLimits<V>) {
    this.values = new LRUCache<string, Entry<V>>({
      ...sizeOf(limits),
      dispose: (entry, key) => {
        if (entry.value) this.untag(key, entry.value);
        entry.value = undefined;
      },
    });
    this.absent = new LRUCache({ max: MAX_ABSENT, ttl: limits.absentMs });
  }

  /** What is held now. Undefined says nothing: it may be absent or only not loaded. */
  peek(key: string): V | undefined {
    return this.values.get(key)?.value;
  }

  /** As `peek`, to be looked at again and again without asking for it. */
  hold(key: string): Held<V> | undefined {
    return this.values.get(key);
  }

  /** @returns undefined when there is none. @throws what `load` throws */
  async get(key: string, load: () => Promise<V | undefined>): Promise<V | undefined> {
    const held = this.peek(key);
    if (held) return held;
    if (this.absent.get(key)) return undefined;
    return (this.loads.get(key) ?? this.begin(key, load)).result;
  }

  drop(key: string): void {
    this.values.delete(key);
    this.absent.delete(key);
    this.detach(key);
  }

  /** Drops what depends on the tag, and all that is absent: what did not exist had no tags. */
  dropTag(tag: string): void {
    for (const key of [...(this.tagged.get(tag) ?? [])]) this.values.delete(key);
    this.absent.clear();
    // What is being loaded may turn out to depend on it.
    for (const key of [...this.loads.keys()]) this.detach(key);
  }

  clear(): void {
    this.values.clear();
    this.absent.clear();
    for (const key of [...this.loads.keys()]) this.detach(key);
  }

  get entries(): number {
    return this.values.size;
  }

  /** As `bytesOf` counts them; 0 without it. */
  get bytes(): number {
    return this.values.calculatedSize;
  }

  private begin(key: string, load: () => Promise<V | undefined>): Load<V> {
    const begun: Load<V> = { detached: false, result: this.finish(key, load, () => begun) };
    this.loads.set(key, begun);
    return begun;
  }

  private async finish(
    key: string,
    load: () => Promise<V | undefined>,
    self: () => Load<V>,
  ): Promise<V | undefined> {
    try {
      // Not in this turn of the loop, so that the load is known before it can end.
      await Promise.resolve();
      const value = await load();
      if (!self().detached) this.keep(key, value);
      return value;
    } finally {
      if (!self().detached) this.loads.delete(key);
    }
  }

  private keep(key: string, value: V | undefined): void {
    if (value === undefined) {
      this.absent.set(key, ABSENT);
      return;
    }
    this.values.set(key, { value });
    // What is larger than the whole cache was not kept, and must leave no tag behind.
    if (!this.limits.tagsOf || this.values.peek(key)?.value !== value) return;
    for (const tag of this.limits.tagsOf(value)) {
      const keys = this.tagged.get(tag);
      if (keys) keys.add(key);
      else this.tagged.set(tag, new Set([key]));
    }
  }

  private untag(key: string, value: V): void {
    for (const tag of this.limits.tagsOf?.(value) ?? []) {
      const keys = this.tagged.get(tag);
      keys?.delete(key);
      if (keys?.size === 0) this.tagged.delete(tag);
    }
  }

  private detach(key: string): void {
    const load = this.loads.get(key);
    if (!load) return;
    load.detached = true;
    this.loads.delete(key);
  }
}

function sizeOf<V>(size: CacheSize<V>) {
  if ('maxEntries' in size) return { max: size.maxEntries };
  const { maxBytes, bytesOf } = size;
  return {
    maxSize: maxBytes,
    sizeCalculation: ({ value }: Entry<V>, key: string) => (value ? bytesOf(key, value) : 0),
  };
}
