import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { workDirectory } from './cleanup.js';

export interface BenchPlugin {
  readonly name: string;
  /** What `definePlugin` is given, as source text. */
  readonly definition: string;
  readonly hooks?: readonly object[];
  /** Handlers that POST requests reach at a path of their name. */
  readonly endpoints?: readonly string[];
  /** Of a file that is part of the package and imported by it. */
  readonly ballastBytes?: number;
}

/** The environment of an instance that runs these plugins, unsigned as they are. */
export async function pluginEnvironment(
  ...plugins: readonly BenchPlugin[]
): Promise<Readonly<Record<string, string>>> {
  const folder = await workDirectory('plugins');
  await mkdir(folder, { recursive: true });
  for (const plugin of plugins) await writePlugin(folder, plugin);
  return { PROMPTD_PLUGINS_DIR: folder, PROMPTD_PLUGINS_ALLOW_UNSIGNED: 'true' };
}

async function writePlugin(folder: string, plugin: BenchPlugin): Promise<void> {
  const { name, definition, hooks = [], endpoints = [], ballastBytes = 0 } = plugin;
  const directory = join(folder, name);
  await mkdir(directory);
  const manifest = {
    ...{ schema: 'promptd/plugin/v1', name, version: '1.0.0', releaseSeq: 1, apiVersion: 1 },
    ...{ engines: { promptd: '>=0.1.0' }, entry: 'index.js', publisher: 'Benchmark' },
    capabilities: [],
    // A busy server leaves little time to those who run below it.
    limits: { wallMs: 30_000 },
    hooks,
    endpoints: endpoints.map((handler) => ({
      ...{ handler, method: 'POST', path: `/${handler}`, roles: ['viewer', 'developer', 'admin'] },
    })),
  };
  await writeFile(join(directory, 'plugin.json'), JSON.stringify(manifest));
  await writeFile(join(directory, 'ballast.js'), ballast(ballastBytes));
  await writeFile(
    join(directory, 'index.js'),
    `import { definePlugin } from 'promptd:api';
import { ballast } from './ballast.js';
export default definePlugin(${definition});
export { ballast };
`,
  );
}

/** Functions, because data would cost a parser nothing. */
function ballast(bytes: number): string {
  const lines = ['export const ballast = [];\n'];
  for (let length = 0; length < bytes; length += lines.at(-1)?.length ?? 0) {
    const number = lines.length;
    lines.push(`ballast.push((a, b) => { const c = a * ${number} + b; return { a, b, c }; });\n`);
  }
  return lines.join('');
}
