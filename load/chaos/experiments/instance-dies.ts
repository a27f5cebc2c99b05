import { setTimeout as delay } from 'node:timers/promises';
import type { Experiment } from '../experiment.js';

export const instanceDies: Experiment = {
  name: 'instance-dies',
  what: 'kill -9 of one of two instances, started again after a while',
  run: async (pair, { steadyMs, outageMs }) => {
    const traffic = await pair.traffic();
    await delay(steadyMs);
    traffic.fault();
    await pair.left.stop('SIGKILL');
    await delay(outageMs);
    await pair.startLeftAgain();
    await pair.recovered(steadyMs);
    return { tally: await traffic.stop() };
  },
};

export const instanceStops: Experiment = {
  name: 'instance-stops',
  what: 'SIGTERM of one of two instances, started again after a while',
  run: async (pair, { steadyMs }) => {
    const traffic = await pair.traffic();
    await delay(steadyMs);
    traffic.fault();
    const from = performance.now();
    await pair.left.stop('SIGTERM');
    const drainMs = Math.round(performance.now() - from);
    await pair.startLeftAgain();
    await pair.recovered(steadyMs);
    const tally = await traffic.stop();
    const failures = tally.lost === 0 ? [] : [`${tally.lost} requests lost in a planned stop`];
    return { tally, facts: { drainMs }, failures };
  },
};
