import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { databaseUnderTest } from './fresh-database.js';
import { findMariadbPrograms, findPostgresPrograms } from './databases-under-test.js';
import { mysqlCommands, mysqlReadyText } from './mariadb-server.js';
import { postgresCommands, postgresReadyText } from './postgres-server.js';
import type { Command } from './server-keeper.js';

import {
  findFreePort,
  makeThrowawayDirectory,
  type ThrowawayDirectory,
} from './throwaway-server.js';

const START_DEADLINE_MS = 30_000;

interface Plan {
  readonly url: string;
  readonly make: Command;
  readonly serve: Command;
  readonly readyText: string;
}

/** A database server that belongs to one test, which may kill it. It holds one empty database. */
export class OwnServer {
  private child: ChildProcess | undefined;
  private readonly killAtExit = () => this.child?.kill('SIGKILL');

  private constructor(
    private readonly directory: ThrowawayDirectory,
    private readonly plan: Plan,
  ) {
    process.once('exit', this.killAtExit);
  }

  static async start(): Promise<OwnServer> {
    const dialect = databaseUnderTest();
    const directory = makeThrowawayDirectory(dialect, dialect);
    const port = await findFreePort();
    const plan =
      dialect === 'postgres' ? postgresPlan(directory, port) : mysqlPlan(directory, port);
    const server = new OwnServer(directory, plan);
    const [program, ...args] = plan.make;
    await promisify(execFile)(program, args, server.options);
    await server.restart();
    return server;
  }

  /** In the form of `DATABASE_URL`, as whoever may do everything. */
  get url(): string {
    return this.plan.url;
  }

  /** As the system does when memory runs out: nobody is told, and nothing is flushed. */
  async kill(): Promise<void> {
    const { child } = this;
    if (!child) return;
    const gone = once(child, 'close');
    child.kill('SIGKILL');
    await gone;
    this.child = undefined;
  }

  /** Resolves when it takes connections. The remains of a killed one may be in the way for a moment. */
  async restart(): Promise<void> {
    const deadline = performance.now() + START_DEADLINE_MS;
    while (!(await this.serve())) {
      if (performance.now() > deadline) throw new Error(`${this.plan.serve[0]} did not start`);
    }
  }

  async remove(): Promise<void> {
    await this.kill();
    process.off('exit', this.killAtExit);
    await rm(this.directory.path, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }

  private get options() {
    return {
      ...this.directory.user,
      cwd: this.directory.path,
      env: { LC_ALL: 'C.UTF-8', TZ: 'UTC' },
    };
  }

  private async serve(): Promise<boolean> {
    const [program, ...args] = this.plan.serve;
    const child = spawn(program, args, { ...this.options, stdio: ['ignore', 'ignore', 'pipe'] });
    this.child = child;
    let log = '';
    return new Promise((resolve) => {
      child.stderr.on('data', (chunk: Buffer) => {
        log = (log + chunk.toString()).slice(-8_000);
        if (log.includes(this.plan.readyText)) resolve(true);
      });
      child.once('close', () => {
        resolve(false);
      });
    });
  }
}

/** DIALECT: what was committed must outlive the process, as it does with the defaults. */
function postgresPlan({ path }: ThrowawayDirectory, port: number): Plan {
  const programs = findPostgresPrograms();
  if (programs === undefined) throw new Error('PostgreSQL is not installed');
  const [make, serve] = postgresCommands(programs, path, port, true);
  return {
    url: `postgres://admin@127.0.0.1:${port}/postgres`,
    make,
    serve,
    readyText: postgresReadyText,
  };
}

function mysqlPlan({ path }: ThrowawayDirectory, port: number): Plan {
  const programs = findMariadbPrograms();
  if (programs === undefined) throw new Error('MariaDB is not installed');
  const [make, serve] = mysqlCommands(programs, path, port, true);
  return {
    url: `mysql://root@127.0.0.1:${port}/promptd`,
    make,
    serve,
    readyText: mysqlReadyText,
  };
}
