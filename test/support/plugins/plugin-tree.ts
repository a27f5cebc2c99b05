import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { packageOf, type PluginPackage } from '../../../src/plugins/package/plugin-package.js';
import { type Sidecar, sidecarBytes } from '../../../src/plugins/signatures/signed-document.js';

/** A manifest that asks for nothing, with what is given in place of its own. */
export function someManifest(other: object = {}): Record<string, unknown> {
  return {
    schema: 'promptd/plugin/v1',
    name: 'acme.greeter',
    version: '1.0.0',
    releaseSeq: 1,
    apiVersion: 1,
    engines: { promptd: '>=0.1.0' },
    entry: 'index.js',
    publisher: 'Acme',
    capabilities: [],
    ...other,
  };
}

export type Files = Readonly<Record<string, string>>;

/** The files of a small plugin. */
export function someFiles(manifest: object = {}, files: Files = {}): Files {
  return {
    'plugin.json': `${JSON.stringify(someManifest(manifest), null, 2)}\n`,
    'index.js': 'export default {};\n',
    'lib/words.js': "export const hello = 'Hello';\n",
    ...files,
  };
}

export function somePackage(manifest: object = {}, files: Files = {}): PluginPackage {
  const { name } = someManifest(manifest) as { name: string };
  const bytes = Object.entries(someFiles(manifest, files)).map(
    ([path, text]) => [path, Buffer.from(text)] as const,
  );
  return packageOf(name, new Map(bytes));
}

/** Writes a tree below a folder of plugins and answers its directory. */
export async function writeTree(plugins: string, name: string, files: Files): Promise<string> {
  const directory = join(plugins, name);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text);
  }
  return directory;
}

export async function writeSidecar(directory: string, sidecar: Sidecar): Promise<void> {
  await writeFile(`${directory}.sig`, sidecarBytes(sidecar));
}
