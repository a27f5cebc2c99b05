import { databases } from '../../../test/support/databases-under-test.js';
import type { Database } from '../../server/databases.js';
import { stock, stockName } from '../../server/stocked.js';
import { type Bench, type Budget, readRequest } from '../bench.js';
import { eachDatabase } from '../each-database.js';
import { rawPaths } from '../raw/plan.js';
import { interleave, ratios } from '../rounds.js';
import { ratePerSecond, rates } from '../throughput.js';
import { atLeast, type Finding, judge, type Subject } from '../verdict.js';

const prompts = 1000;

/** Every read goes to the database, against a bare Fastify that sends one prepared statement. */
export const coldRead: Budget = {
  name: 'cold-read',
  measure: (bench) =>
    eachDatabase({ budget: 'cold-read', limit: atLeast(0.6) }, databases, (database, subject) =>
      measure(bench, database, subject),
    ),
};

async function measure(
  bench: Bench,
  database: Database,
  subject: Subject,
): Promise<readonly Finding[]> {
  const stocked = await stock({ database, prompts });
  const { keys, url, directory, databaseUrl } = stocked;
  const key = keys[0] ?? '';
  const names = Array.from({ length: prompts }, (_, index) =>
    encodeURIComponent(stockName(index + 1)),
  );
  const promptd = await bench.promptd({
    directory,
    databaseUrl,
    environment: { PROMPTD_READ_CACHE: 'off' },
  });
  const raw = await bench.raw({ kind: 'row', dialect: database, url });
  const results = await interleave(bench.options.rounds, {
    raw: () =>
      bench.load(raw, {
        requests: names.map((name) => readRequest(`${rawPaths.row}/${name}/1.0.0`, key)),
      }),
    promptd: () =>
      bench.load(promptd, {
        requests: names.map((name) =>
          readRequest(`/v1/projects/bench/prompts/${name}/versions/1.0.0`, key),
        ),
      }),
  });
  await bench.stop(raw);
  await bench.stop(promptd);
  const { promptd: ours, raw: theirs } = results;
  return [judge(subject, ratios(ours, theirs, ratePerSecond), rates(ours, theirs))];
}
