import { setTimeout as delay } from 'node:timers/promises';
import { rssMb } from '../../server/processes.js';
import { slope } from '../../statistics.js';
import type { Experiment } from '../experiment.js';

const sampleEachMs = 5_000;
const samplesAtLeast = 12;
/** Caches fill and code is compiled at first; that is no leak. */
const warmUpShare = 0.3;
const hourMs = 3_600_000;

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
    const left: [number, number][] = [];
    const right: [number, number][] = [];
    for (let at = 0; at < lengthMs; at = performance.now() - from) {
      if (at >= lengthMs * warmUpShare) {
        left.push([at / hourMs, rssMb(pair.left.pid)]);
        right.push([at / hourMs, rssMb(pair.right.pid)]);
      }
      await delay(pauseMs);
    }
    return {
      tally: await traffic.stop(),
      facts: {
        minutes,
        leftMbPerHour: slope(left),
        rightMbPerHour: slope(right),
        leftMb: rssMb(pair.left.pid),
        rightMb: rssMb(pair.right.pid),
      },
    };
  },
};
