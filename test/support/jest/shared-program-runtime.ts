import { createRequire, isBuiltin } from 'node:module';
import { join, sep } from 'node:path';
import { compileFunction, constants } from 'node:vm';
import type JestRuntime from 'jest-runtime';
import type * as CompiledSources from './compiled-sources.js';

const nodeRequire = createRequire(import.meta.url);
nodeRequire('../resolve-typescript.ts');
const { compileWith } = nodeRequire('./compiled-sources.ts') as typeof CompiledSources;

type Arguments = ConstructorParameters<typeof JestRuntime.default>;

/** What is used of jest's runtime, some of which its types keep private. */
interface ModuleLoader {
  readonly executor: {
    readonly injectedModuleParameters: readonly string[];
    compile: (source: string, filename: string) => unknown;
  };
  readonly transformCache: { transform(filename: string): string };
  getSourceMaps(): Map<string, string>;
  requireModule(from: string, name?: string, options?: { isInternalModule: boolean }): unknown;
}

const { default: Runtime } = nodeRequire('jest-runtime') as {
  default: new (...args: Arguments) => ModuleLoader;
};
const tests = join(import.meta.dirname, '..', '..') + sep;

/**
 * Loads test files and what is in `test` anew for each test file, as jest does, but takes the
 * program and its packages from Node, once per worker: to load them takes longer than most files
 * run.
 */
class SharedProgramRuntime extends Runtime {
  private readonly resolver: Arguments[2];

  constructor(...args: Arguments) {
    super(...args);
    this.resolver = args[2];
    compileWith(this);
    const { executor } = this;
    executor.compile = (source, filename) =>
      compileFunction(source, executor.injectedModuleParameters, {
        filename,
        importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
      });
  }

  override requireModule(...args: Parameters<ModuleLoader['requireModule']>): unknown {
    const [from, name, options] = args;
    if (options?.isInternalModule === true || name === undefined || isBuiltin(name)) {
      return super.requireModule(...args);
    }
    const path = this.resolver.resolveModule(from, name);
    const isOfTests = path.startsWith(tests) || path.endsWith('.test.ts');
    return isOfTests ? super.requireModule(...args) : nodeRequire(path);
  }
}

export { SharedProgramRuntime as default };
