import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type { Logger } from 'pino';
import { CONFIG, type Config } from '../../platform/config/index.js';
import { ChangeFeed, INSTANCE_PROJECT, type RecordedEvent } from '../../platform/events/index.js';
import { LOGGER, Readiness } from '../../platform/telemetry/index.js';
import { DecidedPlugins } from './decided-plugins.js';
import { FolderWatch } from './folder/folder-watch.js';
import { FolderUnreadable, PluginsFolder } from './folder/plugins-folder.js';
import type { ManagedPlugin, Urge } from './life/managed-plugin.js';
import { PluginLives } from './life/plugin-lives.js';
import type { PluginView } from './life/plugin-view.js';

const tickMs = 5_000;
/** Keys and signatures come to their end without an event. */
const ticksToReview = 6;
const shutdownGraceMs = 2_000;
/** What guards is sooner there, or does not start, and then reads are worth more than the wait. */
const guardsStartMs = 5_000;

/**
 * The plugins of this instance, and what makes them change: the folder, what admins decided on any
 * instance, and time.
 */
@Injectable()
export class PluginCatalog implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly plugins = new Map<string, ManagedPlugin>();
  private readonly watch: FolderWatch;
  private beginning: Promise<unknown> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  private ticks = 0;
  private stopListening: () => void = () => undefined;
  private isClosed = false;
  /** What was decided could not be read. */
  private isStale = false;

  constructor(
    private readonly folder: PluginsFolder,
    private readonly lives: PluginLives,
    private readonly decided: DecidedPlugins,
    private readonly feed: ChangeFeed,
    private readonly readiness: Readiness,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    const loaded = () =>
      [...this.plugins.values()].filter((one) => one.isHere).map(({ name }) => name);
    this.watch = new FolderWatch(folder, loaded, (names) => {
      for (const name of names) void this.managed(name).settleQuietly();
    });
    lives.measure(() => this.views());
  }

  /**
   * Plugins are loaded beside the start: it waits for none of them, and fails with none. What it waits
   * for is to know what was decided, so that nothing passes one that has to be asked. Until those were
   * started, the instance is not ready for a while.
   */
  async onApplicationBootstrap(): Promise<void> {
    this.stopListening = this.feed.listen({
      changed: (events) => {
        this.hear(events);
      },
      gap: (projectId) => {
        if (projectId === INSTANCE_PROJECT) this.attendAll();
      },
    });
    this.timer = setInterval(() => {
      this.tick();
    }, tickMs).unref();
    await this.decided.refresh();
    const wanted = (await this.firstPlugins()).filter(({ name }) => this.decided.isWanted(name));
    const begun = wanted.map((plugin) => ({ plugin, ended: plugin.settleQuietly() }));
    this.beginning = Promise.all(begun.map(({ ended }) => ended));
    // Those that nobody has to decide about are known by their files alone.
    if (this.config.pluginsAllowUnsigned) await this.looked();
    for (const { plugin, ended } of begun) {
      if (this.decided.guard(plugin.name)) this.readiness.holdFor(ended, guardsStartMs);
    }
  }

  async onApplicationShutdown(): Promise<void> {
    this.isClosed = true;
    this.stopListening();
    clearInterval(this.timer);
    await this.watch.stop();
    const closing = [...this.plugins.values()].map((plugin) => plugin.close(shutdownGraceMs));
    await Promise.all([this.beginning, ...closing]);
  }

  /** Resolves when each of them was looked at once, which for those that do not run nobody may have done. */
  async looked(): Promise<void> {
    await Promise.all([...this.plugins.values()].map((plugin) => plugin.looked()));
  }

  /** By name, of what was looked at. */
  views(): readonly PluginView[] {
    const names = [...this.plugins.keys()].sort();
    return names.flatMap((name) => this.plugins.get(name)?.view() ?? []);
  }

  /** Whether it does not serve yet, and nothing but time is in its way. */
  isStarting(name: string): boolean {
    return this.plugins.get(name)?.view()?.state === 'starting';
  }

  /** Undefined when there is no such plugin here: neither running, nor in the folder, nor guarding. */
  async find(name: string): Promise<ManagedPlugin | undefined> {
    const known = this.plugins.get(name);
    if (known?.view()) return known;
    if (this.decided.guard(name)) return this.managed(name);
    const names = await this.folder.names().catch(() => [] as readonly string[]);
    return names.includes(name) ? this.managed(name) : undefined;
  }

  /**
   * Looks at everything in the folder anew, and resolves when it is as it should be. What did not start
   * a moment ago is not tried again before its time.
   *
   * @throws FolderUnreadable, after which everything is as it was
   */
  async rescan(): Promise<void> {
    const names = await this.folder.names();
    const all = new Set([...names, ...this.plugins.keys()]);
    await Promise.all([...all].map((name) => this.managed(name).settle('when-due')));
  }

  private async firstPlugins(): Promise<readonly ManagedPlugin[]> {
    const guards = this.decided.guards().map(({ name }) => name);
    const names = [...new Set([...guards, ...(await this.firstNames())])];
    return names.map((name) => this.managed(name));
  }

  private async firstNames(): Promise<readonly string[]> {
    try {
      if (this.config.pluginsWatch) await this.watch.start();
      return await this.folder.names();
    } catch (error) {
      if (!(error instanceof FolderUnreadable)) throw error;
      this.logger.warn(
        { reason: error.message },
        'the folder of plugins cannot be read, so none is loaded: look at PROMPTD_PLUGINS_DIR',
      );
      return [];
    }
  }

  private managed(name: string): ManagedPlugin {
    const plugin = this.plugins.get(name) ?? this.lives.manage(name);
    this.plugins.set(name, plugin);
    return plugin;
  }

  private hear(events: readonly RecordedEvent[]): void {
    const about = events.filter(({ projectId }) => projectId === INSTANCE_PROJECT);
    // What a key may vouch for is a matter of every plugin that it signed.
    if (about.some(({ type }) => type.startsWith('plugin-signer.'))) {
      this.attendAll();
      return;
    }
    const names = new Set(
      about.filter(({ type }) => type.startsWith('plugin.')).map(({ subject }) => subject.id),
    );
    for (const name of names) void this.attendNamed(name);
  }

  private attendAll(): void {
    this.attend([...this.plugins.values()], 'when-due');
    void this.relearn();
  }

  private async attendNamed(name: string): Promise<void> {
    const known = this.plugins.get(name);
    if (!known) await this.relearn();
    const plugin = known ?? (await this.find(name));
    if (plugin) this.attend([plugin], 'now');
  }

  /** What guards something is looked after, whether or not it ever was on this instance. */
  private async relearn(): Promise<void> {
    try {
      await this.decided.refresh();
      this.isStale = false;
      const unknown = this.decided.guards().filter(({ name }) => !this.plugins.has(name));
      this.attend(
        unknown.map(({ name }) => this.managed(name)),
        'now',
      );
    } catch (error) {
      if (!this.isStale) this.logger.error({ err: error }, 'what was decided is not known');
      this.isStale = true;
    }
  }

  /** First what must not run any more, which waits for nothing. */
  private attend(plugins: readonly ManagedPlugin[], urge: Urge): void {
    if (this.isClosed) return;
    for (const plugin of plugins) {
      void plugin.reviewQuietly();
      void plugin.settleQuietly(urge);
    }
  }

  private tick(): void {
    this.ticks += 1;
    const isTimeToReview = this.ticks % ticksToReview === 0;
    if (this.isStale || isTimeToReview) void this.relearn();
    for (const plugin of this.plugins.values()) {
      void plugin.tick();
      if (isTimeToReview) void plugin.reviewQuietly();
    }
  }
}
