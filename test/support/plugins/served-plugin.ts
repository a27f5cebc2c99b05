import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ActivePlugin,
  ActivePlugins,
  type HostCall,
  type PluginPackage,
  readPackage,
} from '../../../src/plugins/index.js';
import type { FreshApplication } from '../fresh-application.js';
import { runPlugin, type SandboxedPlugin } from '../sandboxed-plugin.js';
import { somePackage } from './plugin-tree.js';

const repository = join(import.meta.dirname, '..', '..', '..');

export interface ServedPlugin extends SandboxedPlugin {
  readonly active: ActivePlugin;
}

export interface Serving {
  readonly unsigned?: boolean;
  /** Answers before the application's host is asked; undefined leaves the answer to that. */
  readonly host?: (op: string, argument: unknown) => Promise<unknown> | undefined;
}

/** A plugin of `plugins/`. */
export async function shippedPackage(name: string): Promise<PluginPackage> {
  return readPackage(join(repository, 'plugins', name));
}

/** A plugin of `test/e2e/plugins`, with a manifest of a test's own. */
export function testPackage(file: string, manifest: object): PluginPackage {
  const entry = readFileSync(join(repository, 'test', 'e2e', 'plugins', `${file}.js`), 'utf8');
  return somePackage(manifest, { 'index.js': entry });
}

/** Runs a package in a process of its own, and has the application serve it. `endRunners` ends it. */
export async function servePlugin(
  app: FreshApplication,
  plugin: PluginPackage,
  { unsigned = false, host: before }: Serving = {},
): Promise<ServedPlugin> {
  const sandboxed = await runPlugin(plugin, plugin.manifest.limits ?? {});
  const active: ActivePlugin = {
    manifest: plugin.manifest,
    treeDigest: plugin.treeDigest,
    granted: plugin.manifest.capabilities,
    unsigned,
    call: (target, input, host, unwanted) => {
      const answering: HostCall = (op, argument) => before?.(op, argument) ?? host(op, argument);
      return sandboxed.runner.call(target, input, answering, unwanted);
    },
  };
  app.application.nest.get(ActivePlugins, { strict: false }).put(active);
  return { ...sandboxed, active };
}
