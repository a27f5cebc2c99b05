import { basename, resolve } from 'node:path';
import type { Digest } from '../../platform/crypto/index.js';
import { fileListOf, type ListedFile, treeDigestOf } from './file-list.js';
import type { Manifest } from './manifest.js';
import { parseManifest } from './parse-manifest.js';
import { PluginFault } from './plugin-fault.js';
import { readTree } from './read-tree.js';

/** A plugin as it was read: its bytes in memory, and what they are. Whether to trust it is another question. */
export interface PluginPackage {
  readonly manifest: Manifest;
  /** By their paths, `plugin.json` among them. */
  readonly files: ReadonlyMap<string, Buffer>;
  readonly list: readonly ListedFile[];
  readonly treeDigest: Digest;
}

/** What can be said and decided about a package without its bytes. */
export type PluginRelease = Omit<PluginPackage, 'files'>;

/** @throws PluginFault */
export async function readPackage(directory: string): Promise<PluginPackage> {
  return packageOf(basename(resolve(directory)), await readTree(directory));
}

/**
 * The package that these files make.
 *
 * @param name of the folder they are in
 * @throws PluginFault
 */
export function packageOf(name: string, files: ReadonlyMap<string, Buffer>): PluginPackage {
  const bytes = files.get('plugin.json');
  if (!bytes) throw new PluginFault('invalid', 'The tree holds no plugin.json.');
  const manifest = parseManifest(bytes);
  if (manifest.name !== name) {
    throw new PluginFault(
      'invalid',
      'The name in plugin.json is not the name of the folder; rename one of them.',
    );
  }
  if (!files.has(manifest.entry)) {
    throw new PluginFault('invalid', 'The entry that plugin.json names is not in the tree.');
  }
  const list = fileListOf(files);
  return { manifest, files, list, treeDigest: treeDigestOf(list) };
}
