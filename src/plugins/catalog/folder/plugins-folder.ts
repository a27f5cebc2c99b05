import { createHash, type Hash } from 'node:crypto';
import { constants, existsSync } from 'node:fs';
import { access, lstat, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isPluginName } from '../../package/parse-manifest.js';
import { type PluginPackage, readPackage } from '../../package/plugin-package.js';
import { shippedPlugins } from '../../package/shipped-plugins.js';
import { treeLimits } from '../../package/tree-limits.js';
import { readSidecar, sidecarPath } from '../../signatures/read-sidecar.js';
import type { Sidecar } from '../../signatures/signed-document.js';

/** Those past it, by name, are passed over. */
const maxPlugins = 100;

/** A plugin as it is on the disk now. */
export interface FoundPlugin {
  readonly release: PluginPackage;
  readonly sidecar: Sidecar | undefined;
}

/** The directory cannot be listed. Names the code of the system, never the path. */
export class FolderUnreadable extends Error {
  override readonly name = 'FolderUnreadable';
}

/** Where plugins are put: a folder for each, and beside it the sidecar. */
export class PluginsFolder {
  constructor(readonly directory: string | undefined) {}

  /**
   * The plugins that are there, in order. What holds no `plugin.json`, or has no name of a plugin, is
   * passed over.
   *
   * @throws FolderUnreadable
   */
  async names(): Promise<readonly string[]> {
    if (this.directory === undefined) throw new FolderUnreadable('it is not there');
    const { directory } = this;
    const entries = await readdir(directory, { withFileTypes: true }).catch(unreadable);
    const names = entries
      .filter((entry) => entry.isDirectory() && isPluginName(entry.name))
      .map(({ name }) => name)
      .filter((name) => existsSync(join(directory, name, 'plugin.json')))
      .sort()
      .slice(0, maxPlugins);
    await stillThere(directory);
    return names;
  }

  /**
   * Reads a plugin into memory. Undefined when there is no such folder.
   *
   * @throws PluginFault
   * @throws FolderUnreadable when the folder of all plugins is not there, which says nothing of this one
   */
  async read(name: string): Promise<FoundPlugin | undefined> {
    if (this.directory === undefined || !isPluginName(name)) return undefined;
    const directory = join(this.directory, name);
    try {
      if (await isThere(directory)) return await readPlugin(directory);
    } catch (error) {
      await stillThere(this.directory);
      throw error;
    }
    await stillThere(this.directory);
    return undefined;
  }

  /**
   * For each plugin something that changes when a file of it or its sidecar does, without reading one.
   *
   * @throws FolderUnreadable
   */
  async fingerprints(): Promise<ReadonlyMap<string, string>> {
    const prints = new Map<string, string>();
    for (const name of await this.names()) {
      const directory = join(this.directory ?? '', name);
      const hash = createHash('sha256');
      await addFile(hash, sidecarPath(directory));
      await addFolder(hash, directory);
      prints.set(name, hash.digest('base64'));
    }
    return prints;
  }
}

/**
 * The plugins that come with the program: in `plugins`, beside the sources or above what was built of
 * them. Undefined where somebody left them out.
 */
export function shippedDirectory(): string | undefined {
  const [name] = Object.keys(shippedPlugins);
  if (name === undefined) return undefined;
  for (let at = import.meta.dirname; at !== dirname(at); at = dirname(at)) {
    if (existsSync(join(at, 'plugins', name, 'plugin.json'))) return join(at, 'plugins');
  }
  return undefined;
}

async function readPlugin(directory: string): Promise<FoundPlugin> {
  const release = await readPackage(directory);
  // Last, as it is written: an older one than the files is a mismatch and no half of two releases.
  return { release, sidecar: await readSidecar(directory) };
}

/** A volume that is taken away while it is looked at is no volume without plugins. */
async function stillThere(directory: string): Promise<void> {
  await access(directory, constants.R_OK).catch(unreadable);
}

function unreadable(cause: unknown): never {
  throw new FolderUnreadable((cause as NodeJS.ErrnoException).code, { cause });
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    (error: unknown) => (error as NodeJS.ErrnoException).code !== 'ENOENT',
  );
}

/** What is too large to be a plugin is looked at no further than that takes. */
async function addFolder(hash: Hash, directory: string): Promise<void> {
  const folders = [directory];
  let entries = 0;
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const found = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of found) {
      entries += 1;
      if (entries > treeLimits.maxFiles) return;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) folders.push(path);
      else await addFile(hash, path);
    }
  }
}

async function addFile(hash: Hash, path: string): Promise<void> {
  try {
    const { ino, size, mtimeNs, ctimeNs } = await lstat(path, { bigint: true });
    hash.update(`${path}\0${ino} ${size} ${mtimeNs} ${ctimeNs}\0`);
  } catch {
    hash.update(`${path}\0\0`);
  }
}
