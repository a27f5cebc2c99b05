import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type AskedLimits,
  type CallOutcome,
  type HostCall,
  type Kill,
  limitsOf,
  type RunnablePackage,
  RunnerProcess,
  type Target,
} from '../../src/plugins/index.js';
import { builtProgram } from './built-program.js';

const plugins = join(import.meta.dirname, '..', 'sandbox', 'plugins');
const started = new Set<RunnerProcess>();

export interface SandboxedPlugin {
  readonly runner: RunnerProcess;
  /** What had to be ended by force so far. */
  readonly kills: readonly Kill[];
  /** Calls an endpoint and says how long this process could not do anything else meanwhile. */
  readonly attack: (handler: string, host?: HostCall) => Promise<Attack>;
}

export interface Attack {
  readonly outcome: CallOutcome;
  readonly tookMs: number;
  readonly blockedMs: number;
}

/** The program that a runner is, compiled as it ships. */
export function runnerProgram(): string {
  return join(builtProgram(), 'src', 'plugins', 'runner', 'inside', 'runner-main.js');
}

/** The package of a plugin in `test/sandbox/plugins`, as if it had been verified. */
export function packageOf(name: string, others: Readonly<Record<string, string>> = {}) {
  return packageWith({ 'index.js': readFileSync(join(plugins, `${name}.js`), 'utf8'), ...others });
}

export function packageWith(files: Readonly<Record<string, string>>): RunnablePackage {
  return {
    manifest: { name: 'hostile', entry: 'index.js' },
    files: new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)])),
    treeDigest: 'not looked at',
  };
}

/** Starts one of those plugins in a real runner process; `endRunners` ends it. */
export async function runPlugin(
  plugin: string | RunnablePackage,
  limits: AskedLimits = {},
  program = runnerProgram(),
): Promise<SandboxedPlugin> {
  const kills: Kill[] = [];
  const runner = await RunnerProcess.start(
    typeof plugin === 'string' ? packageOf(plugin) : plugin,
    limitsOf(limits),
    { killed: (kill) => kills.push(kill) },
    program,
  );
  started.add(runner);
  return {
    runner,
    kills,
    attack: (handler, host = emptyHost) => measured(runner.call(endpoint(handler), {}, host)),
  };
}

/** For `afterEach`: no runner outlives its test. */
export async function endRunners(): Promise<void> {
  const ends = [...started].map((runner) => runner.stop(0));
  started.clear();
  await Promise.all(ends);
}

export function endpoint(handler: string): Target {
  return { kind: 'endpoint', handler };
}

/** Knows nothing and takes everything. */
export const emptyHost: HostCall = () => Promise.resolve(null);

async function measured(call: Promise<CallOutcome>): Promise<Attack> {
  // On a busy machine a process waits for its turn, which nobody here can help: what counts is how
  // long this thread worked between two of its own turns.
  let [longestUs, lastUs] = [0, threadUs()];
  const look = () => {
    const nowUs = threadUs();
    longestUs = Math.max(longestUs, nowUs - lastUs);
    lastUs = nowUs;
  };
  const ticks = setInterval(look, 5);
  const startedAt = performance.now();
  try {
    const outcome = await call;
    look();
    return { outcome, tookMs: performance.now() - startedAt, blockedMs: longestUs / 1000 };
  } finally {
    clearInterval(ticks);
  }
}

function threadUs(): number {
  const { user, system } = process.threadCpuUsage();
  return user + system;
}
