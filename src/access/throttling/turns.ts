import { BoundedQueue } from '../../platform/concurrency/index.js';
import type { Problem } from '../../platform/errors/index.js';

/** Runs the tasks of one key one after the other, and those of other keys beside them. */
export class Turns {
  private readonly queues = new Map<string, { readonly queue: BoundedQueue; tasks: number }>();

  /** @param maxWaiting tasks of one key that wait; whoever comes after them is refused */
  constructor(
    private readonly maxWaiting: number,
    private readonly refusal: () => Problem,
  ) {}

  async run<T>(key: string, task: () => Promise<T>): Promise<T> {
    const { maxWaiting, refusal } = this;
    const entry = this.queues.get(key) ?? {
      queue: new BoundedQueue({ concurrency: 1, maxWaiting, refusal }),
      tasks: 0,
    };
    this.queues.set(key, entry);
    entry.tasks += 1;
    try {
      return await entry.queue.run(task);
    } finally {
      entry.tasks -= 1;
      if (entry.tasks === 0) this.queues.delete(key);
    }
  }

  /** How many keys have tasks now. */
  size(): number {
    return this.queues.size;
  }
}
