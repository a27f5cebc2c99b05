import { writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { packTar, type TarEntry } from 'modern-tar';
import {
  checkIsOf,
  type PluginPackage,
  type Sidecar,
  sidecarBytes,
} from '../../plugins/verification.js';
import { CliError } from '../cli-error.js';
import { explained, readablePackage, readableSidecar } from './readable-plugin.js';

/** Some time that is none: archives of the same files are the same. */
const epoch = new Date(0);
/** Where a gzip header says on which system it was made (RFC 1952, 2.3), and "unknown". */
const systemByte = 9;
const unknownSystem = 255;

/**
 * Writes a plugin and its sidecar into an archive, and answers a line about it. Unpacked in the folder
 * of plugins, it is what was signed.
 *
 * @throws CliError
 */
export async function packPlugin(directory: string, out?: string): Promise<string> {
  const found = await readablePackage(directory);
  const sidecar = await readableSidecar(directory);
  // Nobody would take an archive of one release with the signature of another.
  await explained(directory, () => {
    checkIsOf(found, sidecar);
  });
  const { name, version } = found.manifest;
  const path = out ?? `${name}-${version}.tgz`;
  const archive = await archiveOf(found, sidecar);
  try {
    await writeFile(path, archive);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CliError(`${path} cannot be written: ${code ?? 'unknown'}`, { cause: error });
  }
  return `packed ${name} ${version} into ${path}: ${archive.length} bytes`;
}

/** The same bytes for the same plugin, by the same release of this program. */
export async function archiveOf(found: PluginPackage, sidecar: Sidecar): Promise<Buffer> {
  const { name } = found.manifest;
  const files = found.list.map(({ path }) =>
    entry(`${name}/${path}`, found.files.get(path) ?? Buffer.alloc(0)),
  );
  // Last, as it is written last: whoever unpacks and watches has the files by then.
  const tar = await packTar([...files, entry(`${name}.sig`, sidecarBytes(sidecar))]);
  const archive = gzipSync(tar, { level: 9 });
  archive[systemByte] = unknownSystem;
  return archive;
}

function entry(name: string, bytes: Buffer): TarEntry {
  const owner = { uid: 0, gid: 0, uname: '', gname: '' };
  const header = { name, size: bytes.length, type: 'file', mode: 0o644, mtime: epoch } as const;
  return { header: { ...header, ...owner }, body: bytes };
}
