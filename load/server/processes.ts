import { type ChildProcess, spawn, spawnSync, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

export interface ProcessPlan {
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly stdio?: StdioOptions;
  /** The core it may use, on a machine where that can be told. */
  readonly core?: number;
}

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
// By default a signal ends the process without a word to anybody.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => process.exit(130));
}

export const cores = availableParallelism();
/** Servers on one core and what asks them on another, so that neither takes the other's time. */
export const serverCore = 0;
export const clientCore = 1;

const taskset = process.platform === 'linux' && !spawnSync('taskset', ['--version']).error;
export const canPin = taskset && cores > 1;

/** Another process of this Node. It ends with this one at the latest. */
export function startNode({ args, cwd, environment, stdio, core }: ProcessPlan): ChildProcess {
  const command = [process.execPath, ...args];
  if (core !== undefined && canPin) command.unshift('taskset', '-c', String(core));
  const [program = process.execPath, ...rest] = command;
  const child = spawn(program, rest, {
    stdio: stdio ?? ['pipe', 'pipe', 'inherit'],
    ...(cwd !== undefined && { cwd }),
    env: { PATH: process.env.PATH, ...environment },
  });
  running.add(child);
  child.once('close', () => running.delete(child));
  return child;
}

/** Resolves when the process is gone. */
export async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  child.kill(signal);
  await closed;
}

export async function endProcesses(): Promise<void> {
  await Promise.all([...running].map((child) => end(child, 'SIGKILL')));
}

/** Processor time that a process has used, with all its threads; undefined where nobody tells. */
export function cpuMs(pid: number): number | undefined {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, 'utf8');
  // The name of the program is in brackets and may hold spaces.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  // What Linux shows to programs, whatever it counts in itself.
  const ticksPerSecond = 100;
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond;
}

/** Memory of a process that is in RAM, in MB (10^6 bytes). */
export function rssMb(pid: number): number {
  const { stdout } = spawnSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' });
  const kibibytes = Number(stdout.trim());
  if (!(kibibytes > 0)) throw new Error(`process ${pid} is gone`);
  return (kibibytes * 1024) / 1_000_000;
}
