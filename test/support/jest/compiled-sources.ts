import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { transformSync } from '@swc/core';

const repository = join(import.meta.dirname, '..', '..', '..');
const pluginApi = pathToFileURL(join(repository, 'plugins', 'api', 'testing.js')).href;

/*
 * Node strips types but compiles no decorators. This lets it load the program as jest would: by
 * `.swcrc`, as CommonJS, whose modules a test can spy on.
 */
registerHooks({
  resolve: (specifier, context, nextResolve) =>
    specifier === 'promptd:api'
      ? { url: pluginApi, shortCircuit: true }
      : nextResolve(specifier, context),
  load(url, context, nextLoad) {
    if (!url.endsWith('.ts')) return nextLoad(url, context);
    const filename = fileURLToPath(url);
    const { code } = transformSync(readFileSync(filename, 'utf8'), {
      filename,
      cwd: repository,
      sourceMaps: 'inline',
    });
    return { format: 'commonjs', source: code, shortCircuit: true };
  },
});
