import { overloaded } from '../../platform/errors/index.js';

const RETRY_AFTER_SECONDS = 2;

/**
 * Lets few tasks run at once and few more wait.
 *
 * SECURITY: each password hash takes 19 MiB and some 30 ms of one core, so without a bound a
 * hundred logins a second would take the memory and the threads from everybody else.
 */
export class HashingSlots {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly maxRunning: number,
    private readonly maxWaiting: number,
  ) {}

  /** @throws overloaded when too many are waiting already */
  async run<T>(task: () => Promise<T>): Promise<T> {
    await this.enter();
    try {
      return await task();
    } finally {
      this.leave();
    }
  }

  private async enter(): Promise<void> {
    if (this.running < this.maxRunning) {
      this.running += 1;
      return;
    }
    if (this.waiting.length >= this.maxWaiting) {
      throw overloaded('Too many passwords are being checked; try again after Retry-After.', {
        headers: { 'Retry-After': String(RETRY_AFTER_SECONDS) },
      });
    }
    // The slot is handed over: whoever leaves does not free it when somebody waits.
    await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  private leave(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.running -= 1;
  }
}
