import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { OperationContext } from '../../platform/authorization/index.js';
import { ChangeFeed } from '../../platform/events/index.js';
import { Clock } from '../../platform/time/index.js';
import { BackgroundWrites } from '../background-writes.js';
import { ApiKeysRepository } from './api-keys.repository.js';

/** How exact the last-used time is, so that a busy key does not write with every read. */
const STEP_MS = 60_000;
const MAX_KEYS = 10_000;

/** Keeps when each key was last used, to the minute. */
@Injectable()
export class ApiKeyUses {
  /** When this instance last noted each key. */
  private readonly noted = new LRUCache<string, number>({ max: MAX_KEYS });

  constructor(
    private readonly keys: ApiKeysRepository,
    private readonly clock: Clock,
    private readonly background: BackgroundWrites,
    private readonly feed: ChangeFeed,
  ) {}

  /** Never waits and never throws: a use that cannot be written down is still a use. */
  note(ctx: OperationContext, keyId: string): void {
    const now = this.clock.nowMs();
    const last = this.noted.get(keyId);
    if (last !== undefined && last > now - STEP_MS) return;
    // While the database is away every try would only be another line in the log.
    if (!this.feed.isConfirmed()) return;
    const queued = this.background.write(ctx, (tx) => this.keys.touch(tx, keyId, now - STEP_MS));
    if (queued) this.noted.set(keyId, now);
  }
}
