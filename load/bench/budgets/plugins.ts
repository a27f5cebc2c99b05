import { spawnSync } from 'node:child_process';
import { counterMark, requestText } from '../../generator/plan.js';
import { type BenchPlugin, pluginEnvironment } from '../../server/plugin-folder.js';
import { promptContent, promptText, Registry } from '../../server/registry.js';
import type { Instance } from '../../server/instance.js';
import { type Bench, type Budget, readRequest } from '../bench.js';
import { interleave, ratios } from '../rounds.js';
import { compareRates, p99s, round } from '../throughput.js';
import { atLeast, atMost, type Finding, judge } from '../verdict.js';
import { median } from '../../statistics.js';

const budget = 'plugins';
const prompt = 'support/triage/summary';
/** A publish waits for the disk, so a hundredth of them says something only when there are many. */
const publishRoundMs = 5_000;
const tenKilobytes = 'x'.repeat(10_000);

const tool: BenchPlugin = {
  name: 'tool',
  definition: `{ endpoints: {
    echo: async ({ body }) => ({ status: 200, body }),
    burn: async () => {
      const until = Date.now() + 50;
      while (Date.now() < until);
      return { status: 200, body: null };
    },
  } }`,
  endpoints: ['echo', 'burn'],
};
const large: BenchPlugin = { ...tool, name: 'large', ballastBytes: 200_000 };
const guard: BenchPlugin = {
  name: 'guard',
  definition: `{ hooks: { 'version.beforePublish': async () => ({ decision: 'allow' }) } }`,
  hooks: [{ event: 'version.beforePublish', kind: 'veto', onError: 'deny' }],
};

/** What plugins cost those who have them, those who have none, and those who read meanwhile. */
export const plugins: Budget = {
  name: budget,
  measure: async (bench) => {
    const none = await side(bench, 'none');
    const some = await side(bench, 'some', tool, large);
    const guarded = await side(bench, 'guarded', guard);
    return [
      await veto(bench, none, guarded),
      await endpoint(bench, some),
      await reload(bench, some),
      ...(await reads(bench, none, some)),
    ];
  },
};

/** An instance, its project with a prompt, and a key. */
interface Side {
  readonly instance: Instance;
  readonly registry: Registry;
  readonly key: string;
}

async function side(bench: Bench, name: string, ...those: readonly BenchPlugin[]): Promise<Side> {
  const environment = await pluginEnvironment(...those);
  const instance = await bench.promptd({ name, environment });
  const registry = await Registry.create(instance.url);
  // First, because nothing is published past a guard that does not serve yet.
  for (const plugin of those) await registry.send('POST', `/v1/plugins/${plugin.name}/-/load`);
  await registry.publish(prompt, promptText);
  return { instance, registry, key: await registry.makeKey('read', 'publish') };
}

async function veto(bench: Bench, none: Side, guarded: Side): Promise<Finding> {
  const publishes = ({ instance, registry, key }: Side) =>
    bench.load(instance, {
      ...{ connections: 1, status: 201, firstNumber: bench.freshNumber() },
      durationMs: Math.max(publishRoundMs, bench.options.seconds * 1000),
      requests: [
        requestText({
          method: 'POST',
          path: `${registry.promptPath(prompt)}/versions`,
          headers: { Authorization: `Bearer ${key}` },
          body: JSON.stringify({
            content: promptContent(`${counterMark} ${promptText}`),
            bump: 'auto',
          }),
        }),
      ],
    });
  const results = await interleave(bench.options.rounds, {
    none: () => publishes(none),
    guarded: () => publishes(guarded),
  });
  const added = results.guarded.map(({ p99Ms }, at) => p99Ms - (results.none[at]?.p99Ms ?? NaN));
  const p50 = (all: typeof results.none) => round(median(all.map(({ p50Ms }) => p50Ms)), 2);
  return judge({ budget, what: 'veto added to a publish, p99', limit: atMost(2, 'ms') }, added, {
    ...{ p50Ms: p50(results.guarded), referenceP50Ms: p50(results.none) },
  });
}

async function endpoint(bench: Bench, { instance, key }: Side): Promise<Finding> {
  const requests = [callOf('tool', 'echo', key, tenKilobytes)];
  const results = await interleave(bench.options.rounds, {
    echo: () => bench.load(instance, { connections: 1, requests }),
  });
  const limit = atMost(5, 'ms');
  const slowest = results.echo.map(({ p99Ms }) => p99Ms);
  return judge({ budget, what: 'endpoint, 10 KB both ways, p99', limit }, slowest, {
    p50Ms: round(median(results.echo.map(({ p50Ms }) => p50Ms)), 2),
  });
}

async function reload(bench: Bench, { registry }: Side): Promise<Finding> {
  const milliseconds: number[] = [];
  for (let turn = 0; turn < bench.options.rounds; turn += 1) {
    const from = performance.now();
    await registry.send('POST', '/v1/plugins/large/-/reload');
    await registry.send('POST', '/v1/plugins/large/echo?project=bench', { text: 'first' });
    milliseconds.push(performance.now() - from);
  }
  const limit = atMost(500, 'ms');
  return judge({ budget, what: 'reload of 200 KB to the first answer', limit }, milliseconds);
}

/** One prompt, at an instance without plugins, beside an idle one, and beside one that never rests. */
async function reads(bench: Bench, none: Side, some: Side): Promise<readonly Finding[]> {
  const read = ({ instance, registry, key }: Side) =>
    bench.load(instance, { requests: [readRequest(registry.readPath(prompt, '1.0.0'), key)] });
  const burn = (seconds: number) =>
    bench.load(some.instance, {
      ...{ connections: 2, warmUpMs: 0, durationMs: seconds * 1000 },
      requests: [callOf('tool', 'burn', some.key, '')],
    });
  const results = await interleave(bench.options.rounds, {
    none: () => read(none),
    idle: () => read(some),
    attacked: async () => {
      const attack = burn(bench.options.seconds * 2 + 1);
      const result = await read(some);
      await attack;
      return result;
    },
  });
  const beside = compareRates(results.none, results.idle);
  const attacked = p99s(results.attacked, results.none);
  return [
    judge(
      { budget, what: 'reads without plugins against beside idle ones', limit: atLeast(0.95) },
      beside.rounds,
      {
        ...beside.detail,
        runnersWithout: childrenOf(none.instance.pid),
        runnersBeside: childrenOf(some.instance.pid),
      },
    ),
    judge(
      { budget, what: 'reads beside one that burns its time, p99', limit: atMost(3) },
      attacked.rounds,
      {
        ...attacked.detail,
        rate: round(
          median(
            ratios(results.attacked, results.none, ({ requests, seconds }) => requests / seconds),
          ),
          2,
        ),
      },
    ),
  ];
}

function callOf(plugin: string, handler: string, key: string, text: string): string {
  return requestText({
    method: 'POST',
    path: `/v1/plugins/${plugin}/${handler}`,
    headers: { Authorization: `Bearer ${key}` },
    body: JSON.stringify({ text }),
  });
}

function childrenOf(pid: number): number {
  const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' });
  return stdout.split('\n').filter((line) => line.trim() !== '').length;
}
