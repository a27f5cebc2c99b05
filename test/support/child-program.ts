import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { builtProgram } from './built-program.js';

/** How the process ended, with everything it printed. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ChildProgram {
  /** Where it listens. */
  readonly url: string;
  /** What it printed so far. */
  readonly output: () => string;
  /** Sends the signal and resolves when the process is gone. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<Ending>;
}

export interface ChildPlan {
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
}

const startDeadlineMs = 30_000;
const running = new Set<ChildProcess>();

/** Starts the built program and resolves when it listens. Nothing of this environment reaches it. */
export async function startProgram(plan: ChildPlan): Promise<ChildProgram> {
  const { child, ending, output } = launch(plan);
  const url = await Promise.race([
    listening(child, output),
    ending.then(({ stderr }) => {
      throw new Error(`the program ended before it listened: ${stderr}`);
    }),
  ]);
  return {
    url,
    output,
    stop: (signal = 'SIGINT') => {
      child.kill(signal);
      return ending;
    },
  };
}

/** Runs the built program to its end, for starts that fail. */
export async function runProgram(plan: ChildPlan): Promise<Ending> {
  const { child, ending } = launch(plan);
  const deadline = setTimeout(() => child.kill('SIGKILL'), startDeadlineMs);
  return ending.finally(() => {
    clearTimeout(deadline);
  });
}

/** For `afterEach` and `afterAll`: no process outlives its test, however that ended. */
export async function endPrograms(): Promise<void> {
  // A process leaves the set when it is gone, so each of these is still to come to its end.
  const ends = [...running].map((child) => once(child, 'close'));
  killAll();
  await Promise.all(ends);
}

function killAll(): void {
  for (const child of running) child.kill('SIGKILL');
}

function launch({ cwd, environment }: ChildPlan) {
  const child = spawn(process.execPath, [join(builtProgram(), 'src', 'main.js')], {
    cwd,
    env: { PATH: process.env.PATH, HOME: cwd, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (running.size === 0) process.once('exit', killAll);
  running.add(child);
  const printed = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (printed.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (printed.stderr += chunk.toString()));
  const ending = new Promise<Ending>((resolve) => {
    child.once('close', (code, signal) => {
      running.delete(child);
      if (running.size === 0) process.off('exit', killAll);
      resolve({ code, signal, ...printed });
    });
  });
  return { child, ending, output: () => printed.stdout + printed.stderr };
}

async function listening(child: ChildProcess, output: () => string): Promise<string> {
  const deadline = AbortSignal.timeout(startDeadlineMs);
  for (;;) {
    const url = /promptd listens on (http:\S+)/.exec(output())?.[1];
    if (url !== undefined) return url;
    if (child.stdout === null) throw new Error('the program has no output');
    await once(child.stdout, 'data', { signal: deadline });
  }
}
