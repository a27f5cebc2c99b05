import { Injectable } from '@nestjs/common';
import { type OperationContext, Policy, type Role } from '../../platform/authorization/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { notFound, type Problem } from '../../platform/errors/index.js';
import { Outbox } from '../../platform/events/index.js';
import { ApprovalService } from '../approvals/approval.service.js';
import { pluginRejected } from '../approvals/approvals.errors.js';
import type { Capability } from '../package/manifest.js';
import { isPluginName } from '../package/parse-manifest.js';
import { PluginFault } from '../package/plugin-fault.js';
import type { CallOutcome } from '../runner/runner-outcome.js';
import { pluginNotLoaded, pluginNotServing, pluginsUnreadable } from './catalog.errors.js';
import { pluginForgotten, pluginReloaded } from './catalog.events.js';
import { FolderUnreadable, type FoundPlugin, PluginsFolder } from './folder/plugins-folder.js';
import type { ManagedPlugin } from './life/managed-plugin.js';
import { noHost } from './life/no-host.js';
import type { PluginView } from './life/plugin-view.js';
import { PluginCatalog } from './plugin-catalog.js';
import { PluginSwitches } from './switches/plugin-switches.js';

/** Whom a plugin is shown to. */
export interface Viewer {
  /** Sees what does not serve too, and why. */
  readonly managesPlugins: boolean;
  /** That the viewer has in some project. */
  readonly roles: readonly Role[];
}

export interface SeenPlugin {
  readonly view: PluginView;
  readonly viewer: Viewer;
}

/** What instance admins do with plugins, and what others see of them. */
@Injectable()
export class PluginsService {
  constructor(
    private readonly policy: Policy,
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
    private readonly approvals: ApprovalService,
    private readonly switches: PluginSwitches,
    private readonly folder: PluginsFolder,
    private readonly catalog: PluginCatalog,
  ) {}

  /** Those that the caller may see. */
  async list(ctx: OperationContext): Promise<readonly SeenPlugin[]> {
    await this.policy.requireInstance(ctx, 'plugin:read');
    const viewer = await this.viewerOf(ctx);
    await this.catalog.looked();
    const views = this.catalog.views();
    return views.filter((view) => isVisible(view, viewer)).map((view) => ({ view, viewer }));
  }

  /** @throws not-found */
  async get(ctx: OperationContext, name: string): Promise<SeenPlugin> {
    await this.policy.requireInstance(ctx, 'plugin:read');
    const viewer = await this.viewerOf(ctx);
    const view = viewOf(await this.managed(name));
    if (!isVisible(view, viewer)) throw noSuchPlugin();
    return { view, viewer };
  }

  /** @throws plugins-unreadable */
  async rescan(ctx: OperationContext): Promise<readonly SeenPlugin[]> {
    await this.policy.requireInstance(ctx, 'plugin:manage');
    try {
      await this.catalog.rescan();
    } catch (error) {
      if (error instanceof FolderUnreadable) throw unreadable(error);
      throw error;
    }
    return this.catalog.views().map(seenByAdmin);
  }

  /**
   * Has what is in the folder serve. What serves already, by the same bytes, is left alone.
   *
   * @throws not-found, plugin-not-loaded
   */
  async load(ctx: OperationContext, name: string): Promise<SeenPlugin> {
    await this.policy.requireInstance(ctx, 'plugin:manage');
    const plugin = await this.managed(name);
    await plugin.settle('now');
    return seenByAdmin(loadedView(plugin));
  }

  /**
   * As `load`, with a new runner whatever serves: on this instance. Others look at their folder again.
   *
   * @throws not-found, plugin-not-loaded
   */
  async reload(ctx: OperationContext, name: string): Promise<SeenPlugin> {
    await this.policy.requireInstance(ctx, 'plugin:manage');
    const plugin = await this.managed(name);
    await this.unitOfWork.run(ctx, (tx) => {
      this.outbox.record(tx, pluginReloaded(name));
      return Promise.resolve();
    });
    const before = plugin.running;
    await plugin.settle('new-runner');
    if (before && plugin.running === before) throw notLoaded(viewOf(plugin));
    return seenByAdmin(loadedView(plugin));
  }

  /**
   * Approves the bytes that are in the folder, if they are those that were seen.
   *
   * @throws not-found, plugin-rejected, plugins-unreadable, validation-failed
   */
  async approve(
    ctx: OperationContext,
    name: string,
    seen: { readonly treeDigest: string; readonly granted?: readonly Capability[] },
  ): Promise<SeenPlugin> {
    await this.policy.requireInstance(ctx, 'plugin:trust');
    const plugin = await this.managed(name);
    const { release: found, sidecar } = await this.read(name);
    await this.approvals.approve(ctx, { found, sidecar, ...seen });
    await plugin.settle('now');
    return seenByAdmin(viewOf(plugin));
  }

  /** @throws not-found */
  async turn(
    ctx: OperationContext,
    name: string,
    state: 'enabled' | 'disabled',
  ): Promise<SeenPlugin> {
    await this.policy.requireInstance(ctx, 'plugin:manage');
    const plugin = await this.managed(name);
    await this.switches.turn(ctx, name, state);
    await plugin.settle('now');
    return seenByAdmin(viewOf(plugin));
  }

  /**
   * Takes back what was decided about a plugin: its approvals, and that it is enabled. Files stay. A
   * plugin that is still in the folder is turned off, so that nothing begins by itself again.
   *
   * @throws not-found when nothing is known of it
   */
  async forget(ctx: OperationContext, name: string): Promise<void> {
    await this.policy.requireInstance(ctx, 'plugin:manage');
    if (!isPluginName(name)) throw noSuchPlugin();
    const plugin = await this.catalog.find(name);
    await plugin?.looked();
    await this.unitOfWork.run(ctx, async (tx) => {
      const withdrawn = await this.approvals.withdrawAll(tx, name);
      const wasDecided = await this.switches.forget(tx, name, plugin?.isHere ?? false);
      if (!plugin && !wasDecided && withdrawn === 0) throw noSuchPlugin();
      this.outbox.record(tx, pluginForgotten(name));
    });
    await plugin?.settle('now');
  }

  /** @throws not-found */
  async health(
    ctx: OperationContext,
    name: string,
    project: string | undefined,
  ): Promise<PluginView> {
    await this.requireOperator(ctx, project);
    return viewOf(await this.managed(name));
  }

  /** Has the plugin check itself. @throws not-found, plugin-not-serving */
  async check(
    ctx: OperationContext,
    name: string,
    project: string | undefined,
  ): Promise<CallOutcome> {
    await this.requireOperator(ctx, project);
    const plugin = await this.managed(name);
    if (plugin.running) return plugin.running.call({ kind: 'check' }, null, noHost);
    const { state } = viewOf(plugin);
    throw pluginNotServing(`It is ${state}; only a plugin that serves can check itself.`, {
      members: { state },
    });
  }

  private async requireOperator(ctx: OperationContext, project: string | undefined) {
    if (project === undefined) await this.policy.requireInstance(ctx, 'plugin:manage');
    else await this.policy.requireProject(ctx, project, 'plugin:operate');
  }

  private async managed(name: string): Promise<ManagedPlugin> {
    const plugin = await this.catalog.find(name);
    if (!plugin) throw noSuchPlugin();
    await plugin.looked();
    // It was not there then.
    if (!plugin.view()) await plugin.settle('now');
    return plugin;
  }

  private async viewerOf(ctx: OperationContext): Promise<Viewer> {
    const permissions = {
      viewer: 'prompt:read',
      developer: 'plugin:operate',
      admin: 'member:manage',
    } as const;
    const held = await Promise.all(
      (['viewer', 'developer', 'admin'] as const).map(async (role) => {
        const { projects } = await this.policy.scope(ctx, permissions[role]);
        return { role, projects };
      }),
    );
    return {
      managesPlugins: held.every(({ projects }) => projects === 'all'),
      roles: held.filter(({ projects }) => projects.length > 0).map(({ role }) => role),
    };
  }

  private async read(name: string): Promise<FoundPlugin> {
    try {
      const found = await this.folder.read(name);
      if (found) return found;
    } catch (error) {
      if (error instanceof FolderUnreadable) throw unreadable(error);
      if (!(error instanceof PluginFault)) throw error;
      throw pluginRejected(error.message, { members: { reason: error.reason } });
    }
    throw noSuchPlugin();
  }
}

function unreadable({ message }: FolderUnreadable) {
  return pluginsUnreadable(
    `The directory cannot be listed (${message}); look at PROMPTD_PLUGINS_DIR. What runs goes on.`,
  );
}

function isVisible({ running }: PluginView, { managesPlugins }: Viewer): boolean {
  return managesPlugins || running !== undefined;
}

function seenByAdmin(view: PluginView): SeenPlugin {
  return { view, viewer: { managesPlugins: true, roles: [] } };
}

function viewOf(plugin: ManagedPlugin): PluginView {
  const view = plugin.view();
  if (!view) throw noSuchPlugin();
  return view;
}

/** @throws plugin-not-loaded when what serves is not what is in the folder */
function loadedView(plugin: ManagedPlugin): PluginView {
  const view = viewOf(plugin);
  if (!view.running || view.next) throw notLoaded(view);
  return view;
}

function notLoaded({ state, detail, next, lastError, running }: PluginView): Problem {
  const why = next?.detail ?? detail ?? lastError?.message ?? 'It does not start.';
  const rest = running ? ' What served before goes on.' : '';
  return pluginNotLoaded(`${why}${rest}`, { members: { state: next?.state ?? state } });
}

function noSuchPlugin(): Problem {
  return notFound('There is no plugin of this name in the folder of plugins.');
}
