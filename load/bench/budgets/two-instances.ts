import { findNginx, startBalancer } from '../../server/balancer.js';
import { missing } from '../../server/databases.js';
import { cores } from '../../server/processes.js';
import { stock } from '../../server/stocked.js';
import { type Bench, type Budget, readRequest } from '../bench.js';
import { interleave, ratios } from '../rounds.js';
import { ratePerSecond, rates } from '../throughput.js';
import { atLeast, type Finding, judge, notMeasurable } from '../verdict.js';

const subject = { budget: 'two-instances', what: 'two against one', limit: atLeast(1.8) };
/** Two instances, the balancer and the generator. */
const coresNeeded = 4;
const path = '/v1/projects/bench/prompts/many%2F1/versions/production';

/** Two instances behind a balancer, against one behind the same. */
export const twoInstances: Budget = {
  name: subject.budget,
  measure: async (bench) => {
    const why =
      cores < coresNeeded
        ? `needs ${coresNeeded} cores, here are ${cores}`
        : (missing('postgres') ?? (findNginx() ? undefined : 'nginx is not installed'));
    return [why === undefined ? await measure(bench) : notMeasurable(subject, why)];
  },
};

async function measure(bench: Bench): Promise<Finding> {
  const { databaseUrl, keys } = await stock({ database: 'postgres', prompts: 1 });
  const left = await bench.promptd({ name: 'left', databaseUrl, core: 0 });
  const right = await bench.promptd({ name: 'right', databaseUrl, core: 1 });
  const requests = [readRequest(path, keys[0] ?? '')];
  const one = await startBalancer([left.url]);
  const two = await startBalancer([left.url, right.url]);
  const behind = (url: string) => () => bench.loadAll(url, { requests });
  const results = await interleave(bench.options.rounds, { one: behind(one), two: behind(two) });
  return judge(
    subject,
    ratios(results.two, results.one, ratePerSecond),
    rates(results.two, results.one),
  );
}
