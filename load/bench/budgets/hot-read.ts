import type { LoadResult } from '../../generator/plan.js';
import { promptText, Registry } from '../../server/registry.js';
import { findNginx, startStaticNginx } from '../../server/balancer.js';
import { type Bench, type Budget, readRequest } from '../bench.js';
import { rawPaths } from '../raw/plan.js';
import { interleave } from '../rounds.js';
import { compareRates, p99s, ratePerSecond, round } from '../throughput.js';
import { atLeast, atMost, type Finding, judge, type Limit } from '../verdict.js';

const name = 'hot-read';
const prompt = 'support/triage/summary';
const selectors = { exact: '1.0.0', label: 'production', range: '^1' } as const;

/** One prompt read again and again, against a bare Fastify that answers the same string. */
export const hotRead: Budget = {
  name,
  measure: async (bench) => {
    const promptd = await bench.promptd();
    const registry = await Registry.create(promptd.url);
    await registry.publish(prompt, promptText, { labels: ['production'] });
    const key = await registry.makeKey();
    const read = await registry.send('GET', registry.readPath(prompt, '1.0.0'));
    const body = JSON.stringify(read.body);
    const raw = await bench.raw({ kind: 'string', body });
    const etag = read.headers.get('ETag') ?? '';

    const path = (selector: string) => registry.readPath(prompt, selector);
    const ask = (request: string, status = 200) =>
      bench.load(promptd, { requests: [request], status });
    const results = await interleave(bench.options.rounds, {
      raw: () => bench.load(raw, { requests: [readRequest(rawPaths.string, key)] }),
      exact: () => ask(readRequest(path(selectors.exact), key)),
      label: () => ask(readRequest(path(selectors.label), key)),
      range: () => ask(readRequest(path(selectors.range), key)),
      unchanged: () => ask(readRequest(path(selectors.exact), key, { 'If-None-Match': etag }), 304),
    });
    const nginx = await nginxRate(bench, body, key);
    const unchanged = rate('304, rate', atLeast(1), results.unchanged, results.raw);
    return [
      ...(['exact', 'label', 'range'] as const).flatMap((kind) => [
        rate(`${kind}, rate`, atLeast(0.85), results[kind], results.raw),
        slowest(`${kind}, p99`, results[kind], results.raw),
      ]),
      { ...unchanged, detail: { ...unchanged.detail, ...nginx } },
    ];
  },
};

/** No budget, only what a server can do that runs no JavaScript, on cores of the system's choice. */
async function nginxRate(bench: Bench, body: string, key: string) {
  if (findNginx() === undefined) return {};
  const url = await startStaticNginx(body);
  const result = await bench.loadAll(url, { requests: [readRequest('/', key)] });
  return { nginxPerSecond: round(ratePerSecond(result), 0) };
}

type Results = readonly LoadResult[];

function rate(what: string, limit: Limit, ours: Results, theirs: Results): Finding {
  const { rounds, detail } = compareRates(ours, theirs);
  return judge({ budget: name, what, limit }, rounds, detail);
}

function slowest(what: string, ours: Results, theirs: Results): Finding {
  const { rounds, detail } = p99s(ours, theirs);
  return judge({ budget: name, what, limit: atMost(2) }, rounds, detail);
}
