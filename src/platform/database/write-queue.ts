import { writesOverloaded } from './database.errors.js';

/**
 * Lets one task run at a time, in the order of arrival. Not reentrant: a task that waits for
 * another task of the same queue never ends, so nested units of work join instead.
 */
export class WriteQueue {
  private tail: Promise<unknown> = Promise.resolve();
  private waiting = 0;

  constructor(private readonly maxWaiting: number) {}

  /** @throws overloaded when too many tasks are waiting already */
  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.waiting >= this.maxWaiting) throw writesOverloaded();
    this.waiting += 1;
    const turn = this.tail.then(task).finally(() => {
      this.waiting -= 1;
    });
    this.tail = turn.catch(() => undefined);
    return turn;
  }
}
