import { setTimeout as delay } from 'node:timers/promises';
import { callerPatienceMs } from '../http.js';
import type { Experiment } from '../experiment.js';
import type { Pair } from '../pair.js';

function fault(name: string, what: string, begin: (pair: Pair) => Promise<void>): Experiment {
  return {
    name,
    what,
    run: async (pair, { steadyMs, outageMs }) => {
      const traffic = await pair.traffic();
      await delay(steadyMs);
      traffic.fault();
      await begin(pair);
      await delay(outageMs);
      await Promise.all(pair.wires.map((wire) => wire.mend()));
      await pair.recovered(steadyMs);
      // Long enough for what waited for an answer that never came.
      await delay(callerPatienceMs);
      const tally = await traffic.stop();
      return {
        tally,
        facts: { outageMs, recoveryAfterMendMs: Math.max(0, tally.recoveryMs - outageMs) },
      };
    },
  };
}

export const networkCut = fault(
  'network-cut',
  'both instances lose Postgres: connections are refused',
  async (pair) => {
    await Promise.all(pair.wires.map((wire) => wire.cut()));
  },
);

export const networkSilent = fault(
  'network-silent',
  'both instances lose Postgres: connections stay open and silent',
  (pair) => {
    for (const wire of pair.wires) wire.freeze();
    return Promise.resolve();
  },
);

export const oneInstanceCut = fault(
  'one-instance-cut',
  'one of two instances loses Postgres',
  async (pair) => {
    await pair.wires[0]?.cut();
  },
);
