import type { ChildProcess } from 'node:child_process';
import { mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findFreePort } from '../../test/support/throwaway-server.js';
import { workDirectory } from './cleanup.js';
import { end, startNode } from './processes.js';
import { programDirectory, startFlags } from './program.js';

export interface InstancePlan {
  readonly name: string;
  /** Its data; a new directory when not given. */
  readonly directory?: string;
  /** Not given for the SQLite file in the directory. */
  readonly databaseUrl?: string | undefined;
  readonly port?: number;
  readonly core?: number;
  readonly environment?: Readonly<Record<string, string>>;
  /** Standard output goes nowhere instead of into a file, as millions of lines should. */
  readonly discardLog?: boolean;
}

export const adminPassword = 'correct horse battery staple';
const startDeadlineMs = 60_000;
const pollMs = 5;

/** The built program as a process, with every measurement and log on that is on by default. */
export class Instance {
  readonly plan: InstancePlan & { readonly directory: string; readonly port: number };
  /** From the start of the process to the first 200 of `/ready`. */
  readonly startMs: number;
  private readonly child: ChildProcess;

  private constructor(plan: Instance['plan'], child: ChildProcess, startMs: number) {
    this.plan = plan;
    this.child = child;
    this.startMs = startMs;
  }

  static async start(wish: InstancePlan): Promise<Instance> {
    const directory = wish.directory ?? (await workDirectory(wish.name));
    mkdirSync(directory, { recursive: true });
    const plan = { ...wish, directory, port: wish.port ?? (await findFreePort()) };
    const log = join(directory, `${plan.name}.log`);
    const from = performance.now();
    const child = startNode({
      args: [...startFlags(), join(programDirectory(), 'src', 'main.js')],
      cwd: directory,
      environment: environmentOf(plan),
      stdio: ['ignore', openSync(plan.discardLog ? '/dev/null' : log, 'a'), openSync(log, 'a')],
      ...(plan.core !== undefined && { core: plan.core }),
    });
    await ready(`http://127.0.0.1:${plan.port}`, child, log);
    return new Instance(plan, child, performance.now() - from);
  }

  get url(): string {
    return `http://127.0.0.1:${this.plan.port}`;
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error(`${this.plan.name} has no process`);
    return this.child.pid;
  }

  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<void> {
    await end(this.child, signal);
  }

  /** The same again on the same port, after it has ended. */
  async startAgain(): Promise<Instance> {
    return Instance.start(this.plan);
  }
}

function environmentOf({ directory, port, databaseUrl, environment }: Instance['plan']) {
  return {
    HOME: directory,
    PORT: String(port),
    PROMPTD_DATA_DIR: directory,
    PROMPTD_ADMIN_PASSWORD: adminPassword,
    // What is measured is the work, not the limit on it.
    PROMPTD_RATE_LIMIT_WRITES: '0',
    ...(databaseUrl !== undefined && {
      DATABASE_URL: databaseUrl,
      // Instances that share a database share the keys.
      PROMPTD_SIGNING_KEY: Buffer.alloc(32, 7).toString('base64'),
      PROMPTD_SECRET_KEY: Buffer.alloc(32, 8).toString('base64'),
    }),
    ...environment,
  };
}

async function ready(url: string, child: ChildProcess, log: string): Promise<void> {
  const deadline = performance.now() + startDeadlineMs;
  while (performance.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    const status = await fetch(`${url}/ready`).then(
      async (response) => {
        await response.arrayBuffer();
        return response.status;
      },
      () => 0,
    );
    if (status === 200) return;
    await delay(pollMs);
  }
  child.kill('SIGKILL');
  throw new Error(`promptd did not become ready:\n${readFileSync(log, 'utf8').slice(-4000)}`);
}
