import { setTimeout as delay } from 'node:timers/promises';
import { TcpProxy } from '../../test/support/tcp-proxy.js';
import { until } from '../../test/support/until.js';
import { startBalancer } from '../server/balancer.js';
import { emptyDatabaseUrl } from '../server/databases.js';
import { Instance } from '../server/instance.js';
import { Registry } from '../server/registry.js';
import { Traffic, type TrafficPlan } from './traffic.js';

const recoveryDeadlineMs = 120_000;
const pollMs = 50;

/** Two instances on one Postgres behind a balancer, each with a wire to the database of its own. */
export class Pair {
  left: Instance;
  readonly right: Instance;
  readonly balancer: string;
  readonly wires: readonly TcpProxy[];
  readonly registry: Registry;
  readonly key: string;

  private constructor(
    instances: readonly [Instance, Instance],
    wires: readonly TcpProxy[],
    balancer: string,
    registry: Registry,
    key: string,
  ) {
    [this.left, this.right] = instances;
    this.wires = wires;
    this.balancer = balancer;
    this.registry = registry;
    this.key = key;
  }

  static async start(environment: Readonly<Record<string, string>> = {}): Promise<Pair> {
    const url = await emptyDatabaseUrl('postgres');
    if (url === undefined) throw new Error('a Postgres has a URL');
    const wires = [await wireTo(url), await wireTo(url)] as const;
    // One after the other: the first migrates.
    const left = await start('left', url, wires[0], environment);
    const right = await start('right', url, wires[1], environment);
    const balancer = await startBalancer([left.url, right.url]);
    const registry = await Registry.create(left.url);
    const key = await registry.makeKey('read', 'publish', 'label');
    return new Pair([left, right], wires, balancer, registry, key);
  }

  /** Through the balancer, unless told otherwise. */
  async traffic(plan: Partial<TrafficPlan> = {}): Promise<Traffic> {
    const { registry, key, balancer } = this;
    const traffic = new Traffic({
      registry,
      key,
      readUrl: balancer,
      writeUrl: balancer,
      ...plan,
    });
    await traffic.start();
    return traffic;
  }

  /** Both are ready, and have been under steady load for a while. */
  async recovered(steadyMs: number): Promise<void> {
    for (const { url } of [this.left, this.right]) {
      await until(() => isReady(url), Boolean, recoveryDeadlineMs);
    }
    await delay(steadyMs);
  }

  async startLeftAgain(): Promise<void> {
    this.left = await this.left.startAgain();
  }

  async stop(): Promise<void> {
    await Promise.all([this.left.stop('SIGKILL'), this.right.stop('SIGKILL')]);
    await Promise.all(this.wires.map((wire) => wire.cut()));
  }
}

async function isReady(url: string): Promise<boolean> {
  await delay(pollMs);
  return fetch(`${url}/ready`).then(
    async (response) => {
      await response.arrayBuffer();
      return response.status === 200;
    },
    () => false,
  );
}

async function wireTo(url: string): Promise<TcpProxy> {
  const { hostname, port } = new URL(url);
  return TcpProxy.to(hostname, Number(port));
}

async function start(
  name: string,
  databaseUrl: string,
  wire: TcpProxy,
  environment: Readonly<Record<string, string>>,
): Promise<Instance> {
  const url = new URL(databaseUrl);
  url.port = String(wire.port);
  return Instance.start({ name, databaseUrl: url.href, environment });
}
