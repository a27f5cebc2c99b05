import { once } from 'node:events';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import { sameResolver } from '../../generator/load.js';
import { end, serverCore, startNode } from '../../server/processes.js';
import type { RawPlan } from './plan.js';

/** A bare Fastify on the same Node, as a process on the core that promptd has in its turn. */
export class RawServer {
  readonly url: string;
  readonly pid: number;
  private readonly child: ChildProcess;

  private constructor(child: ChildProcess, pid: number, port: number) {
    this.child = child;
    this.pid = pid;
    this.url = `http://127.0.0.1:${port}`;
  }

  static async start(plan: RawPlan): Promise<RawServer> {
    const child = startNode({
      args: [...sameResolver(), join(import.meta.dirname, 'serve.ts'), JSON.stringify(plan)],
      core: serverCore,
    });
    if (!child.stdout || child.pid === undefined) throw new Error('the raw server has no process');
    const [port] = (await Promise.race([once(child.stdout, 'data'), once(child, 'close')])) as [
      Buffer | number | null,
    ];
    if (!Buffer.isBuffer(port)) throw new Error('the raw server did not start');
    return new RawServer(child, child.pid, Number(port.toString()));
  }

  async stop(): Promise<void> {
    await end(this.child, 'SIGKILL');
  }
}
