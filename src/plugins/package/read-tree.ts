import { constants, type BigIntStats } from 'node:fs';
import { type FileHandle, lstat, open, opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { isFilePath, pathRule, refuseCollisions } from './file-path.js';
import { PluginFault } from './plugin-fault.js';
import { treeLimits } from './tree-limits.js';

/**
 * Reads the files of a plugin into memory, each of them once. What is verified, pinned and run
 * afterwards are these bytes: the disk is not read again.
 *
 *   opendir, lstat of each entry  ->  nothing but files and folders, all with plain names
 *   open (no link is followed), fstat: still the file that was looked at?
 *   read to its end, fstat: still as large and as old?
 *
 * A hard link is a file like any other: what counts is its bytes.
 *
 * @throws PluginFault for a tree that may not be a plugin, or that changes while it is read
 */
export async function readTree(directory: string): Promise<ReadonlyMap<string, Buffer>> {
  const root = await look(directory, 'The folder of the plugin');
  if (!root.isDirectory()) throw invalid('The folder of the plugin must be a folder itself.');
  const found = await listFiles(directory).catch((error: unknown) => {
    // A folder that was there a moment ago, or that may not be opened.
    throw error instanceof PluginFault ? error : unreadable('A folder in the tree', codeOf(error));
  });
  refuseCollisions(found.keys());
  const files = new Map<string, Buffer>();
  for (const [path, seen] of found) {
    files.set(path, await readSeenFile(join(directory, path), path, seen));
  }
  return files;
}

/** Every file by its path, as it was when it was looked at. Bounded before anything is read. */
async function listFiles(directory: string): Promise<ReadonlyMap<string, BigIntStats>> {
  const found = new Map<string, BigIntStats>();
  const folders = [''];
  let entries = 0;
  let bytes = 0n;
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const before = found.size + folders.length;
    for await (const { name } of await opendir(join(directory, folder))) {
      const path = folder + name;
      if (!isFilePath(path)) throw invalid(`A name in the tree is not allowed. ${pathRule}`);
      // Folders count too, so that empty ones cannot go on for ever.
      entries += 1;
      if (entries > treeLimits.maxFiles) throw tooMany();
      const seen = await look(join(directory, path), path);
      if (seen.isDirectory()) {
        folders.push(`${path}/`);
      } else if (seen.isFile()) {
        bytes += seen.size;
        if (bytes > treeLimits.maxBytes) throw tooLarge();
        found.set(path, seen);
      } else {
        throw invalid(
          `${path} is a link, a device or a pipe; a plugin holds nothing but files and folders.`,
        );
      }
    }
    if (folder !== '' && found.size + folders.length === before) {
      throw invalid(`The folder ${folder} is empty, so nothing would sign it; remove it.`);
    }
  }
  return found;
}

/**
 * Reads a file that was looked at.
 *
 * @throws PluginFault when it is another one by now, or changes while it is read
 */
export async function readSeenFile(
  location: string,
  path: string,
  seen: BigIntStats,
): Promise<Buffer> {
  // SECURITY: without NOFOLLOW a link put there since is followed; without NONBLOCK a pipe put there
  // since is waited for.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  let handle: FileHandle;
  try {
    handle = await open(location, flags);
  } catch (cause) {
    const code = codeOf(cause);
    if (code === 'ELOOP' || code === 'EMLINK' || code === 'ENOENT') throw changed(path);
    throw unreadable(path, code);
  }
  try {
    if (!isSame(seen, await handle.stat({ bigint: true }))) throw changed(path);
    const bytes = await readWhole(handle, Number(seen.size));
    if (!bytes || !isSame(seen, await handle.stat({ bigint: true }))) throw changed(path);
    return bytes;
  } finally {
    await handle.close();
  }
}

/** Undefined when the file does not have exactly this size. */
async function readWhole(handle: FileHandle, size: number): Promise<Buffer | undefined> {
  // One byte more than there should be, to see the end.
  const bytes = Buffer.alloc(size + 1);
  let length = 0;
  for (;;) {
    const { bytesRead } = await handle.read(bytes, length, bytes.length - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
    if (length > size) return undefined;
  }
  return length === size ? bytes.subarray(0, size) : undefined;
}

function isSame(a: BigIntStats, b: BigIntStats): boolean {
  return (
    b.isFile() &&
    a.dev === b.dev &&
    a.ino === b.ino &&
    a.size === b.size &&
    a.mtimeNs === b.mtimeNs &&
    a.ctimeNs === b.ctimeNs
  );
}

async function look(location: string, path: string): Promise<BigIntStats> {
  try {
    return await lstat(location, { bigint: true });
  } catch (cause) {
    throw unreadable(path, codeOf(cause));
  }
}

function invalid(detail: string): PluginFault {
  return new PluginFault('invalid', detail);
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

function unreadable(path: string, code = 'unknown'): PluginFault {
  return invalid(`${path} cannot be read (${code}).`);
}

function changed(path: string): PluginFault {
  return new PluginFault(
    'modified',
    `${path} changed while it was read; write the files first and the sidecar last, then try again.`,
  );
}

function tooMany(): PluginFault {
  return invalid(`The tree holds more than ${treeLimits.maxFiles} files and folders.`);
}

function tooLarge(): PluginFault {
  return invalid(`The tree holds more than ${treeLimits.maxBytes} bytes.`);
}
