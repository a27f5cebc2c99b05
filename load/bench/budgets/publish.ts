import { databases } from '../../../test/support/databases-under-test.js';
import { counterMark, requestText } from '../../generator/plan.js';
import type { Database } from '../../server/databases.js';
import { promptContent, promptText } from '../../server/registry.js';
import { stock, stockName } from '../../server/stocked.js';
import type { Bench, Budget } from '../bench.js';
import { eachDatabase } from '../each-database.js';
import { rawPaths } from '../raw/plan.js';
import { interleave, ratios } from '../rounds.js';
import { ratePerSecond, rates } from '../throughput.js';
import { atLeast, type Finding, judge, type Subject } from '../verdict.js';

/** Many, so that none has so many versions that reading them is what is measured. */
const prompts = 1000;
const connections = 32;

/** One more version of a prompt, against a bare Fastify that sends the same statements. */
export const publish: Budget = {
  name: 'publish',
  measure: (bench) =>
    eachDatabase({ budget: 'publish', limit: atLeast(0.5) }, databases, (database, subject) =>
      measure(bench, database, subject),
    ),
};

async function measure(
  bench: Bench,
  database: Database,
  subject: Subject,
): Promise<readonly Finding[]> {
  // A database for each, so that neither waits for what the other has written.
  const ours = await stock({ database, prompts });
  const theirs = await stock({ database, prompts });
  const promptd = await bench.promptd({
    directory: ours.directory,
    databaseUrl: ours.databaseUrl,
  });
  const raw = await bench.raw({ kind: 'publish', dialect: database, url: theirs.url });
  const round = (server: typeof promptd | typeof raw, path: (name: string) => string) => () =>
    bench.load(server, {
      connections,
      status: 201,
      firstNumber: bench.freshNumber(),
      requests: publishRequests(path, ours.keys[0] ?? ''),
    });
  const results = await interleave(bench.options.rounds, {
    raw: round(raw, (name) => `${rawPaths.publish}/${name}`),
    promptd: round(promptd, (name) => `/v1/projects/bench/prompts/${name}/versions`),
  });
  await bench.stop(raw);
  await bench.stop(promptd);
  return [
    judge(
      subject,
      ratios(results.promptd, results.raw, ratePerSecond),
      rates(results.promptd, results.raw),
    ),
  ];
}

function publishRequests(path: (name: string) => string, key: string): readonly string[] {
  const content = promptContent(`${counterMark} ${promptText}`);
  const body = JSON.stringify({ content, bump: 'auto' });
  return Array.from({ length: prompts }, (_, index) =>
    requestText({
      method: 'POST',
      path: path(encodeURIComponent(stockName(index + 1))),
      headers: { Authorization: `Bearer ${key}` },
      body,
    }),
  );
}
