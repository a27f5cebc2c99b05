import { Injectable } from '@nestjs/common';
import type { Capability, Manifest } from '../package/manifest.js';
import type { CallOutcome, HostCall, Target } from '../runner/runner-outcome.js';

/** A plugin that serves on this instance. A reload replaces the object. */
export interface ActivePlugin {
  readonly manifest: Manifest;
  readonly treeDigest: string;
  /** What it may use: never more than its manifest asks for. */
  readonly granted: readonly Capability[];
  /** Whoever shows something of it says so. */
  readonly unsigned: boolean;
  /**
   * Never rejects; every outcome counts for the plugin's health. Whoever finds the plugin and calls it
   * before anything else can happen is served, also while a reload replaces it.
   *
   * @param unwanted aborted when nobody waits for it any more; what has not begun by then does not begin
   */
  call(
    target: Target,
    input: unknown,
    host: HostCall,
    unwanted?: AbortSignal,
  ): Promise<CallOutcome>;
}

/** The plugins that serve now. A swap is one assignment, so nobody sees half of one. */
@Injectable()
export class ActivePlugins {
  private readonly byName = new Map<string, ActivePlugin>();

  get(name: string): ActivePlugin | undefined {
    return this.byName.get(name);
  }

  /** By name. */
  all(): readonly ActivePlugin[] {
    const names = [...this.byName.keys()].toSorted();
    return names.flatMap((name) => this.byName.get(name) ?? []);
  }

  put(plugin: ActivePlugin): void {
    this.byName.set(plugin.manifest.name, plugin);
  }

  remove(name: string): void {
    this.byName.delete(name);
  }
}
