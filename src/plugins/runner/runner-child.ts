import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import { constants, setPriority } from 'node:os';
import { dirname, join } from 'node:path';
import { Channel } from './channel/channel.js';
import { type FromRunner, readFromRunner, type ToRunner } from './channel/messages.js';
import type { FailureReason } from './runner-outcome.js';

/** Where the runner's program is when this file was compiled with it. */
export const builtRunner = join(import.meta.dirname, 'inside', 'runner-main.js');

export interface ChildEnd {
  /** Why it had to be killed; `crashed` when it ended without being told to. */
  readonly reason: FailureReason;
  readonly message: string;
  /** The end of what it printed, which may hold what a plugin wrote. */
  readonly printed: string;
}

export interface ChildListener {
  readonly received: (message: FromRunner, body: string) => void;
  /** Once, when the process is gone. */
  readonly ended: (end: ChildEnd) => void;
}

/** What is kept of what it prints, and what it may print at all: a runner prints only when it dies. */
const maxKeptBytes = 8192;
const maxPrintedBytes = 256 * 1024;
/** A process that ended itself is gone by then. */
const closedMs = 100;

/** A runner process and the pipe to it. Knows nothing of what is said. */
export class RunnerChild {
  readonly pid: number;
  private readonly process: ChildProcess;
  private readonly channel: Channel;
  private end: { readonly reason: FailureReason; readonly message: string } | undefined;
  private afterword: NodeJS.Timeout | undefined;
  private printed = Buffer.alloc(0);
  private printedBytes = 0;

  /** Throws when no process can be made. */
  constructor(
    program: string,
    private readonly listener: ChildListener,
  ) {
    this.process = spawn(process.execPath, [...runnerFlags(program), program], {
      // SECURITY: nothing of this process's environment, which holds its secrets.
      env: {},
      cwd: dirname(program),
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    });
    const { pid } = this.process;
    this.process.once('error', (error) => {
      this.kill(
        'crashed',
        `No runner can be started: ${(error as NodeJS.ErrnoException).code ?? ''}`,
      );
    });
    if (pid === undefined) throw new Error('no runner process can be started');
    this.pid = pid;
    lowerPriority(pid);
    this.process.stderr?.on('data', (chunk: Buffer) => {
      this.print(chunk);
    });
    this.channel = new Channel(this.process.stdio[3] as Socket, {
      read: readFromRunner,
      received: listener.received,
      ended: (reason, how) => {
        const kill = () => {
          this.kill('crashed', `The runner was ended, because ${reason}.`);
        };
        // A process that ends closes its pipe first, and its own end is the better explanation.
        if (how === 'closed') this.afterword = setTimeout(kill, closedMs);
        else kill();
      },
    });
    this.process.once('close', (code, signal) => {
      this.closed(code, signal);
    });
  }

  get isEnding(): boolean {
    return this.end !== undefined;
  }

  send(message: ToRunner, body?: string): void {
    this.channel.send(message, body);
  }

  /** The first reason is the one that is told. */
  kill(reason: FailureReason, message: string): void {
    if (this.end !== undefined) return;
    this.end = { reason, message };
    this.process.kill('SIGKILL');
  }

  private print(chunk: Buffer): void {
    this.printedBytes += chunk.length;
    this.printed = Buffer.concat([this.printed, chunk]).subarray(-maxKeptBytes);
    if (this.printedBytes > maxPrintedBytes) this.kill('crashed', 'The runner printed too much.');
  }

  private closed(code: number | null, signal: NodeJS.Signals | null): void {
    clearTimeout(this.afterword);
    const how = signal ?? `code ${code ?? 'unknown'}`;
    this.end ??= { reason: 'crashed', message: `The runner ended with ${how}.` };
    this.channel.end('the process is gone');
    this.listener.ended({ ...this.end, printed: this.printed.toString('utf8') });
  }
}

/** SECURITY: what a runner process may do, whatever runs in it. */
export function runnerFlags(program: string): string[] {
  const require = createRequire(program);
  const engine = require.resolve('isolated-vm/package.json');
  const loader = createRequire(engine).resolve('node-gyp-build/package.json');
  const readable = [
    // The runner and what it shares with this process; no other part of promptd.
    `${join(dirname(program), '..')}/`,
    `${dirname(engine)}/`,
    `${dirname(loader)}/`,
    // The loader of the engine looks whether it is there, to tell one C library from another.
    '/etc/alpine-release',
  ];
  return [
    // isolated-vm asks for it.
    '--no-node-snapshot',
    '--permission',
    '--allow-addons',
    ...readable.map((path) => `--allow-fs-read=${path}`),
    '--disable-warning=SecurityWarning',
    // The runner itself moves texts about and needs little; isolates have limits of their own.
    '--max-old-space-size=96',
    '--max-semi-space-size=2',
    '--disallow-code-generation-from-strings',
    // A plugin that fills memory would otherwise have the collector run on every core there is.
    '--v8-pool-size=1',
  ];
}

/** A plugin may use what the server leaves, so that a busy one does not slow down a read. */
function lowerPriority(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It is gone already, or the system does not allow it; it runs all the same.
  }
}
