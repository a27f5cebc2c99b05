import type { Logger } from 'pino';
import { backgroundContext } from '../../../platform/authorization/index.js';
import type { MonotonicClock } from '../../../platform/time/index.js';
import type { TrustService } from '../../approvals/trust.service.js';
import { PluginFault } from '../../package/plugin-fault.js';
import type { PluginRelease } from '../../package/plugin-package.js';
import type { Kill } from '../../runner/runner-process.js';
import type { ActivePlugins } from '../active-plugins.js';
import type { DecidedPlugins } from '../decided-plugins.js';
import {
  FolderUnreadable,
  type FoundPlugin,
  type PluginsFolder,
} from '../folder/plugins-folder.js';
import type { PluginMetrics } from '../health/plugin-metrics.js';
import { Quarantine } from '../health/quarantine.js';
import { type PluginSwitch, switchByDefault } from '../switches/plugin-switch.js';
import type { PluginSwitches } from '../switches/plugin-switches.js';
import { type Candidate, type LastError, type PluginView, viewOf } from './plugin-view.js';
import { PluginStartFailure, type PluginStarter } from './plugin-starter.js';
import { RetryTimes } from './retry-times.js';
import type { Approved, RunningPlugin, RunningRelease } from './running-plugin.js';
import { ServingSlot } from './serving-slot.js';

/** Calls that a plugin was given have so long when it is replaced or turned off. */
const drainMs = 5_000;

/** What every managed plugin works with. */
export interface LifeParts {
  readonly folder: PluginsFolder;
  readonly trust: TrustService;
  readonly switches: PluginSwitches;
  readonly active: ActivePlugins;
  readonly decided: DecidedPlugins;
  readonly starter: PluginStarter;
  readonly metrics: PluginMetrics;
  readonly clock: MonotonicClock;
  readonly logger: Logger;
}

/**
 * `new-runner` replaces what runs even by the same bytes; `now` does not wait for the time of the next
 * attempt, `when-due` does.
 */
export type Urge = 'new-runner' | 'now' | 'when-due';

/**
 * One plugin on this instance, and the only one that starts and stops it.
 *
 *   read  ->  assess  ->  switch  ->  start, offers, init, check, ping  ->  assess again  ->  swap  ->  drain the old one
 *
 * Whatever fails on the way, what serves goes on serving, unless it is the one that may not any more:
 * that is looked at first, and apart, because a start can take a while.
 */
export class ManagedPlugin {
  private readonly ctx = backgroundContext('plugins');
  private candidate: Candidate | undefined;
  private switched: PluginSwitch = { state: 'enabled', reason: null };
  private readonly slot: ServingSlot;
  private isStarting = false;
  private lastError: LastError | undefined;
  private killCount = 0;
  private readonly quarantine = new Quarantine();
  private readonly retries = new RetryTimes();
  /** Something could not be looked at, or be written down; told once. */
  private isDirty = false;
  private hasTrouble = false;
  private turn: Promise<void> = Promise.resolve();
  private isClosed = false;
  private hasBegun = false;
  private hasLooked = false;
  private readonly firstLook = Promise.withResolvers<undefined>();

  constructor(
    readonly name: string,
    private readonly parts: LifeParts,
  ) {
    this.slot = new ServingSlot(name, parts.active);
  }

  /** Undefined when nothing is known of it any more: no folder, nothing that runs, nothing that it guards. */
  view(): PluginView | undefined {
    const { name, candidate, running, lastError, hasLooked, isStarting, killCount } = this;
    const switched = this.quarantine.pending ?? this.switched;
    const guard = this.parts.decided.guard(name);
    const found = { name, candidate, serving: running, switched, guard };
    return viewOf({ ...found, hasLooked, isStarting, lastError, killCount });
  }

  /** Whether there is something of it on this instance, be it no more than files. */
  get isHere(): boolean {
    return this.candidate !== undefined || this.running !== undefined;
  }

  get running(): RunningPlugin | undefined {
    return this.slot.current;
  }

  /**
   * Makes what runs here what should run. Calls take turns.
   *
   * @throws what the database throws, after which it is tried again by itself
   */
  settle(urge: Urge): Promise<void> {
    this.hasBegun = true;
    const turn = this.turn.then(() => this.takeTurn(urge));
    this.turn = turn.catch(() => undefined);
    return turn;
  }

  /** Resolves when it was looked at once, before anything of it starts. Nobody may have looked yet. */
  async looked(): Promise<void> {
    if (!this.hasBegun) void this.settleQuietly();
    return this.firstLook.promise;
  }

  /**
   * Stops what serves when it may not any more. Waits for no turn.
   *
   * @throws what the database throws; until it answers, what serves goes on
   */
  async review(): Promise<void> {
    // First of all, so that nothing has to wait for a plugin that was just turned off.
    await this.parts.decided.refresh();
    const serving = this.running;
    if (!serving) return;
    const trust = await this.parts.trust.assessServing(this.ctx, serving.release, serving.sidecar);
    if (trust.state !== 'approved') {
      const why = trust.state === 'rejected' ? trust.detail : 'Its approval was withdrawn.';
      this.drop(serving, 0, why);
      return;
    }
    serving.amend({ sidecar: serving.sidecar, trust });
    const { state } = await this.lookAtSwitch(trust);
    if (state !== 'enabled') this.drop(serving, drainMs);
  }

  /** Each few seconds: a sign of life, and what is left to be done. Never rejects. */
  async tick(): Promise<void> {
    const isDue = this.retries.isDue(this.parts.clock.nowMs());
    await Promise.all([
      this.running?.ping(),
      this.isDirty || isDue ? this.settleQuietly('when-due') : undefined,
    ]);
  }

  /** As `settle`, for whoever can do nothing about a failure but try again. */
  async settleQuietly(urge: Urge = 'now'): Promise<void> {
    await this.settle(urge).catch((error: unknown) => {
      this.noteTrouble(error);
    });
  }

  async reviewQuietly(): Promise<void> {
    await this.review().catch((error: unknown) => {
      this.noteTrouble(error);
    });
  }

  /** Ends everything; whoever is called after that is told `stopped`. */
  async close(graceMs: number): Promise<void> {
    this.isClosed = true;
    await this.turn;
    this.drop(this.running, graceMs);
    await this.slot.ended();
  }

  private async takeTurn(urge: Urge): Promise<void> {
    try {
      if (this.isClosed) return;
      this.isDirty = false;
      await this.tellOfQuarantine();
      await this.review();
      const found = await this.look();
      const runnable = found && (await this.judge(found));
      this.endFirstLook();
      if (runnable) await this.follow(found, runnable, urge);
      else this.retries.clear();
      this.hasTrouble = false;
    } catch (error) {
      this.isDirty = true;
      throw error;
    } finally {
      this.endFirstLook();
    }
  }

  private async tellOfQuarantine(): Promise<void> {
    const { pending } = this.quarantine;
    if (!pending) return;
    await this.parts.switches.quarantine(this.name, pending.reason);
    // Known at once, and not only when the switch is looked at again.
    this.switched = pending;
    this.quarantine.settle();
  }

  private endFirstLook(): void {
    this.hasLooked = true;
    this.firstLook.resolve(undefined);
  }

  /** Reads what is on the disk. Undefined when that is nothing that could run. */
  private async look(): Promise<FoundPlugin | undefined> {
    try {
      const found = await this.parts.folder.read(this.name);
      if (found) return found;
      this.candidate = undefined;
      this.parts.decided.forgetUnsigned(this.name);
      this.drop(this.running, drainMs, 'Its folder is gone.');
    } catch (error) {
      if (error instanceof FolderUnreadable) {
        // Nothing is known of the plugin: what runs goes on, and it is looked at again.
        this.isDirty = true;
        return undefined;
      }
      if (!(error instanceof PluginFault)) throw error;
      this.candidate = { reason: error.reason, detail: error.message };
      if (this.running) this.noteError(error.message);
    }
    return undefined;
  }

  /** Answers on what grounds it may run and shall, or undefined. */
  private async judge({ release, sidecar }: FoundPlugin): Promise<Approved | undefined> {
    const trust = await this.parts.trust.assess(this.ctx, release, sidecar);
    // Of what does not run nothing is kept but what it is; to run it is read again, and judged again.
    this.candidate = { release: withoutBytes(release), trust };
    await this.parts.decided.learn(release, trust);
    if (trust.state !== 'approved') {
      if (trust.state === 'rejected' && this.running) this.noteError(trust.detail);
      return undefined;
    }
    if ((await this.lookAtSwitch(trust)).state === 'enabled') return trust;
    this.drop(this.running, drainMs);
    return undefined;
  }

  private async follow(found: FoundPlugin, trust: Approved, urge: Urge): Promise<void> {
    const { treeDigest } = found.release;
    if (urge !== 'new-runner' && this.running?.treeDigest === treeDigest) {
      this.running.amend({ sidecar: found.sidecar, trust });
      this.retries.clear();
      return;
    }
    if (urge === 'when-due' && !this.retries.mayTry(treeDigest, this.parts.clock.nowMs())) return;
    await this.replace(found, trust);
  }

  private async replace(found: FoundPlugin, trust: Approved): Promise<void> {
    const { release } = found;
    const { clock, logger, starter } = this.parts;
    let started: RunningPlugin;
    const killsBefore = this.killCount;
    this.isStarting = true;
    try {
      started = await this.start(found, trust, starter);
      this.retries.clear();
    } catch (error) {
      if (!(error instanceof PluginStartFailure)) throw error;
      this.noteError(error.message);
      logger.warn({ plugin: this.name, reason: error.message }, 'a plugin does not start');
      this.retries.failed(release.treeDigest, clock.nowMs());
      const wasKilled = this.killCount > killsBefore;
      if (error.byForce && !wasKilled) this.countKill('process');
      // A release that cannot start is no reason to end the one that serves.
      if ((error.byForce || wasKilled) && !this.running) this.strike(error.message);
      return;
    } finally {
      this.isStarting = false;
    }
    if (!(await this.mayStillRun(started))) {
      await started.stop(0);
      return;
    }
    this.slot.put(started, drainMs);
    this.lastError = undefined;
    const { version } = release.manifest;
    logger.info({ plugin: this.name, version, treeDigest: release.treeDigest }, 'a plugin serves');
  }

  private async start(
    found: FoundPlugin,
    trust: Approved,
    starter: PluginStarter,
  ): Promise<RunningPlugin> {
    const { release, sidecar } = found;
    const started: { plugin?: RunningPlugin } = {};
    const what: RunningRelease = { release: withoutBytes(release), sidecar, trust };
    started.plugin = await starter.start(found, what, {
      killed: (kill) => {
        this.killed(kill, started.plugin);
      },
      failed: (message) => {
        if (this.running === started.plugin) this.noteError(message);
      },
    });
    return started.plugin;
  }

  /** Somebody may have changed their mind while it started. */
  private async mayStillRun({ release, sidecar }: RunningPlugin): Promise<boolean> {
    if (this.isClosed || this.quarantine.pending) return false;
    const trust = await this.parts.trust.assess(this.ctx, release, sidecar);
    if (trust.state !== 'approved') return false;
    return (await this.lookAtSwitch(trust)).state === 'enabled' && !this.hasClosed();
  }

  /** A question, because the answer changes while it is waited for. */
  private hasClosed(): boolean {
    return this.isClosed;
  }

  private async lookAtSwitch({ basis }: Approved): Promise<PluginSwitch> {
    const found = await this.parts.switches.find(this.ctx, this.name);
    const before = this.switched.state;
    this.switched = found ?? switchByDefault(basis);
    const { pending } = this.quarantine;
    if (pending) return pending;
    if (before !== 'enabled' && this.switched.state === 'enabled') {
      this.quarantine.forgive();
      this.retries.clear();
    }
    return this.switched;
  }

  private killed(
    { what, reason, message, printed }: Kill,
    running: RunningPlugin | undefined,
  ): void {
    this.countKill(what);
    const kill = { plugin: this.name, what, reason, message, printed };
    this.parts.logger.warn(kill, 'a plugin was killed');
    // What dies while it starts, or after it was replaced, is not what serves.
    if (running === undefined || running !== this.running) return;
    this.noteError(`${reason}: ${message}`);
    this.strike(message);
  }

  private countKill(what: Kill['what']): void {
    this.killCount += 1;
    this.parts.metrics.countKill(this.name, what);
  }

  private strike(message: string): void {
    const { logger, clock } = this.parts;
    const reason = this.quarantine.strike(message, clock.nowMs());
    if (reason === undefined) return;
    logger.error({ plugin: this.name, reason }, 'a plugin is quarantined');
    this.drop(this.running, 0);
    this.retries.clear();
    void this.settleQuietly();
  }

  private drop(plugin: RunningPlugin | undefined, graceMs: number, why?: string): void {
    if (!plugin || !this.slot.clear(plugin, graceMs)) return;
    if (why !== undefined) this.noteError(why);
    this.parts.logger.info({ plugin: this.name, reason: why }, 'a plugin does not serve any more');
  }

  private noteError(message: string): void {
    this.lastError = { atMs: Date.now(), message: message.slice(0, 1000) };
  }

  private noteTrouble(error: unknown): void {
    if (!this.hasTrouble) {
      this.parts.logger.error({ err: error, plugin: this.name }, 'a plugin cannot be looked after');
    }
    this.hasTrouble = true;
    this.isDirty = true;
  }
}

function withoutBytes({ manifest, list, treeDigest }: PluginRelease): PluginRelease {
  return { manifest, list, treeDigest };
}
