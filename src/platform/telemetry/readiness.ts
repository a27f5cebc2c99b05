import { Injectable } from '@nestjs/common';
import { MonotonicClock } from '../time/index.js';

interface Hold {
  readonly untilMs: number;
}

/** What a start goes on with beside the first requests, for the probe that sends them here. */
@Injectable()
export class Readiness {
  private readonly holds = new Set<Hold>();

  constructor(private readonly clock: MonotonicClock) {}

  /** The instance is not ready until it is settled, however that ends, or until that took too long. */
  holdFor(begun: Promise<unknown>, maxMs: number): void {
    const hold = { untilMs: this.clock.nowMs() + maxMs };
    this.holds.add(hold);
    const release = () => void this.holds.delete(hold);
    begun.then(release, release);
  }

  get isHeld(): boolean {
    const now = this.clock.nowMs();
    return [...this.holds].some(({ untilMs }) => now < untilMs);
  }
}
