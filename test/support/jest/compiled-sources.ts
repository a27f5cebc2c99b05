import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const repository = join(import.meta.dirname, '..', '..', '..');
const pluginApi = pathToFileURL(join(repository, 'plugins', 'api', 'testing.js')).href;

/** The runtime of the test file that runs, which compiles and knows where the source maps are. */
interface Compiler {
  readonly transformCache: { transform(filename: string): string };
  getSourceMaps(): Map<string, string>;
}

let compiler: Compiler;
const sourceMaps = new Map<string, string>();

/** What is compiled from now on is compiled by `next`, which learns the source maps so far. */
export function compileWith(next: Compiler): void {
  compiler = next;
  for (const [filename, map] of sourceMaps) next.getSourceMaps().set(filename, map);
}

/*
 * Node strips types but compiles no decorators. This lets it load the program as jest would, as
 * CommonJS, whose modules a test can spy on.
 */
registerHooks({
  resolve: (specifier, context, nextResolve) =>
    specifier === 'promptd:api'
      ? { url: pluginApi, shortCircuit: true }
      : nextResolve(specifier, context),
  load(url, context, nextLoad) {
    if (!url.endsWith('.ts')) return nextLoad(url, context);
    const filename = fileURLToPath(url);
    const source = compiler.transformCache.transform(filename);
    const map = compiler.getSourceMaps().get(filename);
    if (map !== undefined) sourceMaps.set(filename, map);
    return { format: 'commonjs', source, shortCircuit: true };
  },
});
