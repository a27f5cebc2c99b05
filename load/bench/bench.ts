import { type Load, load } from '../generator/load.js';
import { type LoadResult, requestText } from '../generator/plan.js';
import { Instance, type InstancePlan } from '../server/instance.js';
import { serverCore } from '../server/processes.js';
import type { Options } from './options.js';
import type { RawPlan } from './raw/plan.js';
import { RawServer } from './raw/raw-server.js';
import type { Finding } from './verdict.js';

/** One or more lines of the table in docs and README, measured together. */
export interface Budget {
  /** As `--only` names it. */
  readonly name: string;
  /** Runs only when it is asked for by name or by an option. */
  readonly optIn?: (options: Options) => boolean;
  readonly measure: (bench: Bench) => Promise<readonly Finding[]>;
}

type LoadWish = Pick<Load, 'requests'> & Partial<Omit<Load, 'url' | 'pid'>>;

const connections = 64;

interface Server {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** What a budget measures with; whatever it started through this ends with it. */
export class Bench {
  readonly options: Options;
  private readonly open: Server[] = [];
  private counter = 0;

  constructor(options: Options) {
    this.options = options;
  }

  /** On the core of the servers, with its log on and thrown away. */
  async promptd(plan: Partial<InstancePlan> = {}): Promise<Instance> {
    const instance = await Instance.start({
      name: 'promptd',
      core: serverCore,
      discardLog: true,
      ...plan,
    });
    this.open.push(instance);
    return instance;
  }

  async raw(plan: RawPlan): Promise<RawServer> {
    const server = await RawServer.start(plan);
    this.open.push(server);
    return server;
  }

  /** One round against a server, while the others stand still: they would take of its time. */
  async load(server: Server, wish: LoadWish): Promise<LoadResult> {
    const others = this.open.filter((other) => other !== server);
    for (const { pid } of others) process.kill(pid, 'SIGSTOP');
    try {
      return await load({ ...this.round(), url: server.url, pid: server.pid, ...wish });
    } finally {
      for (const { pid } of others) process.kill(pid, 'SIGCONT');
    }
  }

  /** One round against whatever is behind a balancer, with nothing pinned. */
  loadAll(url: string, wish: LoadWish): Promise<LoadResult> {
    return load({ ...this.round(), url, pid: process.pid, unpinned: true, ...wish });
  }

  /** Ends one of its servers before the others. */
  async stop(server: Server): Promise<void> {
    this.open.splice(this.open.indexOf(server), 1);
    await server.stop();
  }

  /** A number that no round has used; each may use a thousand million from it on. */
  freshNumber(): number {
    return (this.counter += 1) * 1_000_000_000;
  }

  private round() {
    const durationMs = this.options.seconds * 1000;
    return { connections, durationMs, warmUpMs: Math.min(durationMs / 2, 2000), status: 200 };
  }

  async close(): Promise<void> {
    for (const server of this.open.splice(0).reverse()) await server.stop();
  }
}

/** A read as a service sends it. */
export function readRequest(path: string, key: string, headers: Record<string, string> = {}) {
  return requestText({ path, headers: { Authorization: `Bearer ${key}`, ...headers } });
}
