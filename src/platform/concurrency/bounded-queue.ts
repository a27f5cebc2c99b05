import type { Problem } from '../errors/index.js';

export interface QueueBounds {
  /** Tasks that run at a time. */
  readonly concurrency: number;
  /** Tasks that wait for one of them to end; whoever comes after that is refused. */
  readonly maxWaiting: number;
  /** How long one waits at most; without it, as long as those before take. */
  readonly maxWaitMs?: number;
  readonly refusal: () => Problem;
}

interface Waiting {
  readonly resume: () => void;
  readonly timer: NodeJS.Timeout | undefined;
}

/**
 * Lets a bounded number of tasks run at a time, in the order of arrival. Not reentrant: a task that
 * waits for another task of the same queue may never end.
 */
export class BoundedQueue {
  private readonly waiting: Waiting[] = [];
  private running = 0;

  constructor(private readonly bounds: QueueBounds) {}

  /** Rejects with the refusal when too many tasks are waiting already, or this one did too long. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    await this.enter();
    try {
      return await task();
    } finally {
      this.leave();
    }
  }

  private async enter(): Promise<void> {
    const { concurrency, maxWaiting, maxWaitMs, refusal } = this.bounds;
    if (this.running < concurrency) {
      this.running += 1;
      return;
    }
    if (this.waiting.length >= maxWaiting) throw refusal();
    await new Promise<void>((resume, reject) => {
      const giveUp = () => {
        this.waiting.splice(this.waiting.indexOf(waiting), 1);
        reject(refusal());
      };
      const timer = maxWaitMs === undefined ? undefined : setTimeout(giveUp, maxWaitMs);
      const waiting: Waiting = { resume, timer };
      this.waiting.push(waiting);
    });
  }

  /** The place goes to whoever waits longest, so that nobody who comes later can take it. */
  private leave(): void {
    const next = this.waiting.shift();
    clearTimeout(next?.timer);
    if (next) next.resume();
    else this.running -= 1;
  }
}
