import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { type OperationContext, systemContext } from '../../platform/authorization/index.js';
import { type NewEvent, Outbox } from '../../platform/events/index.js';
import { Clock } from '../../platform/time/index.js';
import { BackgroundWrites } from '../background-writes.js';
import { refusalsCounted } from './throttling.events.js';

/** In one window, of one source and kind: so many are written one by one. */
export const MAX_WRITTEN = 60;
/** SECURITY: of all sources together, because whoever has an IPv6 network is many of them. */
export const MAX_WRITTEN_IN_ALL = 600;
export const WINDOW_SECONDS = 60;
/**
 * SECURITY: a bound of the memory; sources beyond it are one source. The numbers of them all have
 * room in the queue of background writes.
 */
const MAX_SOURCES = 900;

interface Tally {
  readonly ctx: OperationContext;
  readonly type: string;
  written: number;
  counted: number;
}

/**
 * Writes refusals into the trail, so that nobody can fill it: what one source causes beyond a bound
 * is counted, and the number is written when the window ends. Whatever could not be written at all
 * is in that number too.
 */
@Injectable()
export class RefusalTrail implements OnApplicationShutdown {
  private tallies = new Map<string, Tally>();
  private written = 0;
  private windowEndsAtMs = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly background: BackgroundWrites,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** @param source who is refused: one principal, or one network */
  record(ctx: OperationContext, source: string, event: NewEvent): void {
    if (this.clock.nowMs() >= this.windowEndsAtMs) this.startWindow();
    const tally = this.tallyOf(ctx, source, event.type);
    const hasRoom = tally.written < MAX_WRITTEN && this.written < MAX_WRITTEN_IN_ALL;
    if (hasRoom && this.write(ctx, event)) {
      tally.written += 1;
      this.written += 1;
    } else tally.counted += 1;
  }

  /** Ends the window: writes down what was only counted. */
  summarize(): void {
    clearTimeout(this.timer);
    this.windowEndsAtMs = 0;
    this.written = 0;
    const ended = this.tallies;
    this.tallies = new Map();
    for (const [key, tally] of ended) {
      const { ctx, type, counted } = tally;
      if (counted === 0 || this.write(ctx, refusalsCounted(type, counted, WINDOW_SECONDS)))
        continue;
      this.tallies.set(key, { ...tally, written: 0 });
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.background.drained();
    this.summarize();
    await this.background.drained();
  }

  private startWindow(): void {
    this.summarize();
    this.windowEndsAtMs = this.clock.nowMs() + WINDOW_SECONDS * 1000;
    this.timer = setTimeout(() => {
      this.summarize();
    }, WINDOW_SECONDS * 1000).unref();
  }

  private tallyOf(ctx: OperationContext, source: string, type: string): Tally {
    const key = `${type} ${source}`;
    const known = this.tallies.get(key);
    if (known) return known;
    const isCrowd = this.tallies.size >= MAX_SOURCES - 1;
    const crowd = isCrowd ? this.tallies.get(type) : undefined;
    if (crowd) return crowd;
    // A crowd has no actor; of one source the first request that is only counted stands for all.
    const tally = {
      ctx: isCrowd ? systemContext('refusals') : ctx,
      ...{ type, written: 0, counted: 0 },
    };
    this.tallies.set(isCrowd ? type : key, tally);
    return tally;
  }

  private write(ctx: OperationContext, event: NewEvent): boolean {
    return this.background.write(ctx, (tx) => {
      this.outbox.record(tx, event);
    });
  }
}
