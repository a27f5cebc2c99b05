import { BoundedQueue } from '../../platform/concurrency/index.js';
import type { ActivePlugin } from '../catalog/active-plugins.js';
import { hostCallFailed } from './host.errors.js';

const MAX_IN_FLIGHT = 10;
const MAX_WAITING = 40;
const MAX_WAIT_MS = 10_000;

/** What each plugin has other servers asked at once. Its calls may end before what they asked for does. */
export class PluginQueues {
  private readonly queues = new WeakMap<ActivePlugin, BoundedQueue>();

  /** @throws host-call-failed when too much of this plugin is under way */
  async run<T>(plugin: ActivePlugin, work: () => Promise<T>): Promise<T> {
    return this.queueOf(plugin).run(work);
  }

  private queueOf(plugin: ActivePlugin): BoundedQueue {
    const found = this.queues.get(plugin);
    if (found) return found;
    const made = new BoundedQueue({
      concurrency: MAX_IN_FLIGHT,
      maxWaiting: MAX_WAITING,
      maxWaitMs: MAX_WAIT_MS,
      refusal: () => hostCallFailed('Too many calls of this plugin are under way.'),
    });
    this.queues.set(plugin, made);
    return made;
  }
}
