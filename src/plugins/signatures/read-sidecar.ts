import { lstat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { PluginFault } from '../package/plugin-fault.js';
import { readSeenFile } from '../package/read-tree.js';
import { maxSidecarBytes, parseSidecar } from './parse-sidecar.js';
import type { Sidecar } from './signed-document.js';

/** Where the sidecar of a plugin's folder is: beside it, so that it is no part of what it signs. */
export function sidecarPath(directory: string): string {
  return `${resolve(directory)}.sig`;
}

/**
 * The sidecar of the plugin in this folder, or undefined when there is none.
 *
 * @throws PluginFault
 */
export async function readSidecar(directory: string): Promise<Sidecar | undefined> {
  const path = sidecarPath(directory);
  const seen = await lstat(path, { bigint: true }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new PluginFault('invalid', 'The sidecar cannot be read.');
  });
  if (!seen) return undefined;
  if (!seen.isFile() || seen.size > maxSidecarBytes) {
    throw new PluginFault('invalid', 'The sidecar is too large, or is no plain file; sign again.');
  }
  return parseSidecar(await readSeenFile(path, 'The sidecar', seen));
}
