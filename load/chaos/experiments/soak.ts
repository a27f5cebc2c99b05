import { setTimeout as delay } from 'node:timers/promises';
import type { Instance } from '../../server/instance.js';
import { rssMb } from '../../server/processes.js';
import { slope } from '../../statistics.js';
import type { Experiment } from '../experiment.js';

const sampleEachMs = 5_000;
const samplesAtLeast = 12;
/** Caches fill and code is compiled at first; that is no leak. */
const warmUpShare = 0.3;
const hourMs = 3_600_000;

interface Sample {
  readonly atMs: number;
  readonly rssMb: number;
  readonly heapMb: number;
}

export const soak: Experiment = {
  name: 'soak',
  what: 'steady load, with the growth of memory',
  // Every publish leaves a body in the cache. One that is soon full makes what grows after it a leak.
  environment: { PROMPTD_CACHE_MB: '4' },
  run: async (pair, { minutes }) => {
    const traffic = await pair.traffic();
    const lengthMs = minutes * 60_000;
    const pauseMs = Math.min(sampleEachMs, lengthMs / samplesAtLeast);
    const from = performance.now();
    const left: Sample[] = [];
    const right: Sample[] = [];
    for (let atMs = 0; atMs < lengthMs; atMs = performance.now() - from) {
      if (atMs >= lengthMs * warmUpShare) {
        left.push(await sampleOf(pair.left, atMs));
        right.push(await sampleOf(pair.right, atMs));
      }
      await delay(pauseMs);
    }
    return {
      tally: await traffic.stop(),
      facts: { minutes, ...factsOf('left', left), ...factsOf('right', right) },
    };
  },
};

async function sampleOf({ url, pid }: Instance, atMs: number): Promise<Sample> {
  return { atMs, rssMb: rssMb(pid), heapMb: await heapMb(url) };
}

/** What is in use of the heap, garbage included, as the instance itself tells. */
async function heapMb(url: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const bytes = /^promptd_nodejs_heap_size_used_bytes (\S+)$/m.exec(metrics)?.[1];
  if (bytes === undefined) throw new Error(`${url}/metrics tells nothing of the heap`);
  return Number(bytes) / 1_000_000;
}

/** The least heap of a half is what is in use right after a collection: what is alive. */
function factsOf(side: string, samples: readonly Sample[]): Readonly<Record<string, number>> {
  const half = Math.floor(samples.length / 2);
  const rssOverHours = samples.map((sample) => [sample.atMs / hourMs, sample.rssMb] as const);
  return {
    [`${side}MbPerHour`]: slope(rssOverHours),
    [`${side}Mb`]: Math.max(...samples.map((sample) => sample.rssMb)),
    [`${side}AliveMbFirstHalf`]: leastHeapMb(samples.slice(0, half)),
    [`${side}AliveMbSecondHalf`]: leastHeapMb(samples.slice(half)),
  };
}

function leastHeapMb(samples: readonly Sample[]): number {
  return Math.min(...samples.map((sample) => sample.heapMb));
}
