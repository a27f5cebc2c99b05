import { writesOverloaded } from './database.errors.js';

/**
 * Lets a bounded number of tasks run at a time, in the order of arrival. Not reentrant: a task that
 * waits for another task of the same queue may never end, so nested units of work join instead.
 */
export class WriteQueue {
  private readonly waiting: (() => void)[] = [];
  private running = 0;

  constructor(
    private readonly concurrency: number,
    private readonly maxWaiting: number,
  ) {}

  /** @throws overloaded when too many tasks are waiting already */
  async run<T>(task: () => Promise<T>): Promise<T> {
    await this.enter();
    try {
      return await task();
    } finally {
      this.leave();
    }
  }

  private async enter(): Promise<void> {
    if (this.running < this.concurrency) {
      this.running += 1;
      return;
    }
    if (this.waiting.length >= this.maxWaiting) throw writesOverloaded();
    await new Promise<void>((resolve) => {
      this.waiting.push(resolve);
    });
  }

  /** The place goes to whoever waits longest, so that nobody who comes later can take it. */
  private leave(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.running -= 1;
  }
}
