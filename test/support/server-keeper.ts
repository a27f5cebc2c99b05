import { spawn, type ChildProcess } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/*
 * A process of its own that runs a throwaway server and outlives the test run just long enough to
 * remove it. Its stdin is a pipe from jest: however jest ends (done, failed, Ctrl-C, killed), the
 * kernel closes the pipe, and the server stops and its directory goes.
 *
 * Answers "ready" on stdout; what a failing program printed goes to stderr.
 */

/** A program and its arguments. */
export type Command = readonly [string, ...string[]];

export interface KeeperPlan {
  /** Removed at the end, with everything in it. */
  readonly directory: string;
  /** Whom the programs run as; both database servers refuse to run as root. */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** The last one is the server, those before it prepare. */
  readonly commands: readonly Command[];
  /** What the server prints once it takes connections. */
  readonly readyText: string;
  /** Starts a server that ended by itself again after so long, as a supervisor would. */
  readonly restartAfterMs?: number;
}

const maxLogLength = 8000;
const plan = JSON.parse(process.argv[2] ?? '') as KeeperPlan;
const state: { running?: ChildProcess; isStopping: boolean } = { isStopping: false };

process.stdin.on('close', () => {
  state.isStopping = true;
  // Both servers take SIGQUIT as "stop at once"; nothing in the directory is worth a flush.
  if (state.running) state.running.kill('SIGQUIT');
  else void removeDirectory();
});
process.stdin.resume();

if (plan.commands.length === 0) process.stdout.write('ready');
for (const command of plan.commands) {
  const isServer = command === plan.commands.at(-1);
  const { code, log } = isServer ? await runAgainAndAgain(command) : await run(command);
  if (!state.isStopping && code === 0 && !isServer) continue;
  await removeDirectory();
  if (!state.isStopping) process.stderr.write(`${command[0]} ended (${code}):\n${log}\n`);
  process.exit(state.isStopping ? 0 : 1);
}

/** Once, unless it is to be started again whenever it ends by itself. */
async function runAgainAndAgain(command: Command) {
  for (;;) {
    const ending = await run(command);
    if (plan.restartAfterMs === undefined || state.isStopping) return ending;
    await delay(plan.restartAfterMs);
  }
}

function run([program, ...args]: Command) {
  return new Promise<{ code: number | string; log: string }>((resolve) => {
    if (state.isStopping) {
      resolve({ code: 0, log: '' });
      return;
    }
    const child = spawn(program, args, {
      ...plan.user,
      cwd: plan.directory,
      env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8', TZ: 'UTC' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    state.running = child;
    let log = '';
    const read = (chunk: Buffer) => {
      const wasReady = log.includes(plan.readyText);
      log = (log + chunk.toString()).slice(-maxLogLength);
      if (!wasReady && log.includes(plan.readyText)) process.stdout.write('ready');
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', (error) => {
      resolve({ code: error.message, log });
    });
    child.once('close', (code, signal) => {
      delete state.running;
      resolve({ code: code ?? signal ?? 'unknown', log });
    });
  });
}

/** Servers may have children that still write for a moment after their parent is gone. */
async function removeDirectory(): Promise<void> {
  await rm(plan.directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
}
