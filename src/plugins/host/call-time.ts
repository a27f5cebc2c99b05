import type { MonotonicClock } from '../../platform/time/index.js';

/** Of its time, for a call to do something with what came too late. */
const kept = 0.1;

/**
 * How long what a call asks for may still take. Its time is the runner's to keep; here it is counted from
 * the first question, because before that the call may have waited for an isolate.
 */
export class CallTime {
  private beganAtMs: number | undefined;

  constructor(
    private readonly clock: MonotonicClock,
    private readonly wallMs: number,
  ) {}

  /** Does nothing after the first time. */
  begin(): void {
    this.beganAtMs ??= this.clock.nowMs();
  }

  /** In whole milliseconds; 0 when it is over. */
  leftMs(): number {
    const goneMs = this.beganAtMs === undefined ? 0 : this.clock.nowMs() - this.beganAtMs;
    return Math.max(0, Math.floor(this.wallMs * (1 - kept) - goneMs));
  }
}
