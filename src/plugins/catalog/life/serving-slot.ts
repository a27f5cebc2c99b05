import type { ActivePlugins } from '../active-plugins.js';
import type { RunningPlugin } from './running-plugin.js';

/** Where one plugin serves, and what of it served before and has yet to end. */
export class ServingSlot {
  private serving: RunningPlugin | undefined;
  private readonly endings = new Set<Promise<void>>();

  constructor(
    private readonly name: string,
    private readonly active: ActivePlugins,
  ) {}

  get current(): RunningPlugin | undefined {
    return this.serving;
  }

  /** From this moment on everybody finds this one; calls of the one before have so long to end. */
  put(next: RunningPlugin, graceMs: number): void {
    const before = this.serving;
    this.serving = next;
    this.active.put(next);
    if (before) this.end(before, graceMs);
  }

  /** From this moment on nobody finds it. False when it is not the one that serves. */
  clear(plugin: RunningPlugin, graceMs: number): boolean {
    if (this.serving !== plugin) return false;
    this.serving = undefined;
    this.active.remove(this.name);
    this.end(plugin, graceMs);
    return true;
  }

  /** Resolves when everything that served before has ended. */
  async ended(): Promise<void> {
    await Promise.all(this.endings);
  }

  private end(plugin: RunningPlugin, graceMs: number): void {
    const ending = plugin.stop(graceMs).finally(() => this.endings.delete(ending));
    this.endings.add(ending);
  }
}
