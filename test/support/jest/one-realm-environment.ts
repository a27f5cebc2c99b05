import type { JestEnvironment, JestEnvironmentConfig } from '@jest/environment';
import { ModernFakeTimers } from '@jest/fake-timers';
import { ModuleMocker } from 'jest-mock';

/**
 * Runs test files among the worker's own globals, where the program is loaded, instead of in a
 * context of their own: an Array or an Error of a test is one for the program, too.
 */
class OneRealmEnvironment implements JestEnvironment {
  readonly global = globalThis as unknown as JestEnvironment['global'];
  readonly fakeTimers = null;
  readonly fakeTimersModern: ModernFakeTimers;
  readonly moduleMocker = new ModuleMocker(globalThis);
  private readonly projectGlobals: object;

  private readonly before = {
    console: globalThis.console,
    environment: { ...process.env },
    // Jest replaces these two for as long as a file runs.
    exit: Reflect.get(process, 'exit'),
    getBuiltinModule: Reflect.get(process, 'getBuiltinModule'),
    symbols: Object.getOwnPropertySymbols(globalThis),
  };

  constructor({ projectConfig }: JestEnvironmentConfig) {
    this.projectGlobals = projectConfig.globals;
    Object.assign(globalThis, this.projectGlobals);
    this.fakeTimersModern = new ModernFakeTimers({ config: projectConfig, global: globalThis });
  }

  setup(): Promise<void> {
    return Promise.resolve();
  }

  /** The next file of this worker finds everything as this one did. */
  teardown(): Promise<void> {
    const { console, environment, exit, getBuiltinModule, symbols } = this.before;
    this.fakeTimersModern.dispose();
    this.moduleMocker.restoreAllMocks();
    globalThis.console = console;
    Object.assign(process, { exit, getBuiltinModule });
    for (const name of Object.keys(process.env)) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, environment);
    for (const name of Object.keys(this.projectGlobals)) Reflect.deleteProperty(globalThis, name);
    // Each file has a jest-circus of its own, whose handlers would join those of the next one, and
    // whose state would keep the file in memory, with every application that it started.
    for (const symbol of Object.getOwnPropertySymbols(globalThis)) {
      if (!symbols.includes(symbol)) Reflect.deleteProperty(globalThis, symbol);
    }
    return Promise.resolve();
  }

  exportConditions(): string[] {
    return ['node', 'node-addons'];
  }

  /** Jest only asks whether there is one: `SharedProgramRuntime` compiles in this realm. */
  getVmContext() {
    return globalThis;
  }
}

export { OneRealmEnvironment as default };
