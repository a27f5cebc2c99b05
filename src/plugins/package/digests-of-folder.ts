import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readPackage } from './plugin-package.js';

/**
 * The digests of the plugins in a folder, by their names in order. What holds no `plugin.json` is no
 * plugin and is passed over.
 *
 * @throws PluginFault for a plugin that could not be run
 */
export async function digestsOfFolder(folder: string): Promise<Readonly<Record<string, string>>> {
  const digests: Record<string, string> = {};
  for (const name of (await readdir(folder)).sort()) {
    const directory = join(folder, name);
    if (!existsSync(join(directory, 'plugin.json'))) continue;
    digests[name] = (await readPackage(directory)).treeDigest;
  }
  return digests;
}
