import { setTimeout as delay } from 'node:timers/promises';
import { cpuMs, rssMb } from '../../server/processes.js';
import { stock, stockName } from '../../server/stocked.js';
import { median } from '../../statistics.js';
import type { Bench, Budget } from '../bench.js';
import { round } from '../throughput.js';
import { atMost, type Finding, judge } from '../verdict.js';
import { readEach } from './many-prompts.js';

const budget = 'footprint';
/** Together more than the cache of 64 MiB holds. */
const filling = { prompts: 5000, text: 'All work and no play makes a dull prompt. '.repeat(380) };

/** How long a start on an empty SQLite file takes, and what memory an instance needs. */
export const footprint: Budget = {
  name: budget,
  measure: async (bench) => [...(await startAndIdle(bench)), await fullCache(bench)],
};

async function startAndIdle(bench: Bench): Promise<readonly Finding[]> {
  const seconds: number[] = [];
  const processorSeconds: number[] = [];
  const megabytes: number[] = [];
  for (let turn = 0; turn < bench.options.rounds; turn += 1) {
    const promptd = await bench.promptd();
    seconds.push(promptd.startMs / 1000);
    processorSeconds.push((cpuMs(promptd.pid) ?? NaN) / 1000);
    // What was needed to start is given back by then.
    await delay(bench.options.quick ? 1000 : 5000);
    megabytes.push(rssMb(promptd.pid));
    await bench.stop(promptd);
  }
  return [
    judge({ budget, what: 'start to ready', limit: atMost(1.5, 's') }, seconds, {
      // Much less than the time means that something else had the core.
      processorSeconds: round(median(processorSeconds), 2),
    }),
    judge({ budget, what: 'idle RSS', limit: atMost(160, 'MB') }, megabytes),
  ];
}

async function fullCache(bench: Bench): Promise<Finding> {
  const { directory, keys } = await stock({ database: 'sqlite', ...filling });
  const promptd = await bench.promptd({ directory, environment: { PROMPTD_CACHE_MB: '64' } });
  const url = (index: number) =>
    `${promptd.url}/v1/projects/bench/prompts/${encodeURIComponent(stockName(index))}/versions/1.0.0`;
  const megabytes: number[] = [];
  for (let round = 0; round < 2; round += 1) {
    await readEach(filling.prompts, url, keys[0] ?? '');
    megabytes.push(rssMb(promptd.pid));
  }
  return judge({ budget, what: 'RSS with a full cache', limit: atMost(300, 'MB') }, megabytes);
}
