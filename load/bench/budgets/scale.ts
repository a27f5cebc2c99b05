import { databases } from '../../../test/support/databases-under-test.js';
import type { LoadResult } from '../../generator/plan.js';
import type { Database } from '../../server/databases.js';
import { stock, stockName } from '../../server/stocked.js';
import { type Bench, type Budget, readRequest } from '../bench.js';
import { eachDatabase } from '../each-database.js';
import { interleave } from '../rounds.js';
import { p99s } from '../throughput.js';
import { atMost, type Finding, judge, type Subject } from '../verdict.js';
import { seededRandom } from '../zipf.js';

const small = 1000;
const large = 100_000;
const versions = 10;
/** Short, so that filling takes minutes and not an hour: it is the number of rows that is measured. */
const text = 'Summarise the ticket of {{customer}}.';
const sampled = 5000;
/** Few, so that it is the request that is measured and not its wait for the others. */
const connections = 8;

const prompts = '/v1/projects/bench/prompts';
const version = (index: number, selector: string) =>
  `${prompts}/${encodeURIComponent(stockName(index))}/versions/${encodeURIComponent(selector)}`;
const operations = {
  read: (index: number) => version(index, '1.0.3'),
  resolve: (index: number) => version(index, '^1.0.2'),
  list: () => `${prompts}?limit=50`,
  search: (index: number) => `${prompts}?limit=20&q=${encodeURIComponent(stockName(index))}`,
} as const;

/** A registry of 100,000 prompts with ten versions each, against one of 1,000 such prompts. */
export const scale: Budget = {
  name: 'scale',
  optIn: (options) => options.scale,
  measure: (bench) =>
    eachDatabase({ budget: 'scale', limit: atMost(2) }, databases, (database, subject) =>
      measure(bench, database, subject),
    ),
};

async function measure(
  bench: Bench,
  database: Database,
  subject: Subject,
): Promise<readonly Finding[]> {
  const few = await open(bench, database, small);
  const many = await open(bench, database, large);
  const findings: Finding[] = [];
  for (const [operation, path] of Object.entries(operations)) {
    const results = await interleave(bench.options.rounds, {
      few: () => few.ask(path),
      many: () => many.ask(path),
    });
    const { rounds, detail } = p99s(results.many, results.few);
    findings.push(judge({ ...subject, what: `${database}, ${operation}, p99` }, rounds, detail));
  }
  await bench.stop(many.promptd);
  await bench.stop(few.promptd);
  return findings;
}

async function open(bench: Bench, database: Database, count: number) {
  const { directory, databaseUrl, keys } = await stock({
    database,
    prompts: count,
    versions,
    text,
  });
  // With the cache a thousand prompts are read from memory and most of many are not yet, and what
  // is measured is memory against a database.
  const environment = { PROMPTD_READ_CACHE: 'off' };
  const promptd = await bench.promptd({ directory, databaseUrl, environment });
  const random = seededRandom(count);
  const ask = (path: (index: number) => string): Promise<LoadResult> => {
    const requests = Array.from({ length: sampled }, () =>
      readRequest(path(1 + Math.floor(random() * count)), keys[0] ?? ''),
    );
    return bench.load(promptd, { requests, connections });
  };
  return { promptd, ask };
}
