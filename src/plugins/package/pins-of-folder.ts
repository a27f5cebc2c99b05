import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { guardedEvents } from './guarded-events.js';
import { readPackage } from './plugin-package.js';
import type { ShippedPlugin } from './shipped-plugins.js';

/**
 * What the build vouches for: the plugins in a folder, by their names in order. What holds no
 * `plugin.json` is no plugin and is passed over.
 *
 * @throws PluginFault for a plugin that could not be run
 */
export async function pinsOfFolder(
  folder: string,
): Promise<Readonly<Record<string, ShippedPlugin>>> {
  const pins: Record<string, ShippedPlugin> = {};
  for (const name of (await readdir(folder)).sort()) {
    const directory = join(folder, name);
    if (!existsSync(join(directory, 'plugin.json'))) continue;
    const { treeDigest, manifest } = await readPackage(directory);
    pins[name] = { treeDigest, guards: guardedEvents(manifest) };
  }
  return pins;
}
