import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { postgresServer } from '../../server/databases.js';
import type { Experiment } from '../experiment.js';

function fault(name: string, what: string, signal: NodeJS.Signals): Experiment {
  return {
    name,
    what,
    run: async (pair, { steadyMs, outageMs }) => {
      const { dataDirectory } = await postgresServer();
      const [pid] = readFileSync(join(dataDirectory, 'postmaster.pid'), 'utf8').split('\n');
      const traffic = await pair.traffic();
      await delay(steadyMs);
      traffic.fault();
      process.kill(Number(pid), signal);
      // The supervisor starts it again by itself; it recovers its log first.
      await delay(outageMs);
      await pair.recovered(steadyMs);
      return { tally: await traffic.stop() };
    },
  };
}

export const databaseDies = fault('database-dies', 'kill -9 of Postgres', 'SIGKILL');
/** SIGINT is the fast shutdown: sessions are ended, everything is written. */
export const databaseRestarts = fault('database-restarts', 'fast restart of Postgres', 'SIGINT');
