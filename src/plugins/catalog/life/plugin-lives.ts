import { Injectable } from '@nestjs/common';
import { TrustService } from '../../approvals/trust.service.js';
import { ActivePlugins } from '../active-plugins.js';
import { DecidedPlugins } from '../decided-plugins.js';
import { PluginsFolder } from '../folder/plugins-folder.js';
import { PluginSwitches } from '../switches/plugin-switches.js';
import { type LifeParts, ManagedPlugin } from './managed-plugin.js';
import { PluginStarter } from './plugin-starter.js';
import type { PluginView } from './plugin-view.js';

/** Hands each plugin what it lives on. */
@Injectable()
export class PluginLives {
  private readonly parts: LifeParts;

  constructor(
    folder: PluginsFolder,
    trust: TrustService,
    switches: PluginSwitches,
    active: ActivePlugins,
    decided: DecidedPlugins,
    starter: PluginStarter,
  ) {
    this.parts = { folder, trust, switches, active, decided, starter, ...starter.parts };
  }

  /** Has metrics show the plugins as they are whenever somebody collects. */
  measure(views: () => readonly PluginView[]): void {
    this.parts.metrics.measure(() =>
      views().map(({ name, state, running }) => {
        return { name, state, rssBytes: running?.stats().rssBytes ?? 0 };
      }),
    );
  }

  manage(name: string): ManagedPlugin {
    return new ManagedPlugin(name, this.parts);
  }
}
