import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeMachine } from '../bench/machine.js';
import { resultsDirectory, textTable } from '../bench/report.js';
import { round } from '../bench/throughput.js';
import { findNginx } from '../server/balancer.js';
import { cleanUp } from '../server/cleanup.js';
import { missing } from '../server/databases.js';
import { endProcesses } from '../server/processes.js';
import { programDirectory, useDist } from '../server/program.js';
import type { Experiment, Outcome } from './experiment.js';
import { experiments } from './experiments/index.js';
import { type ChaosOptions, parseOptions, usage } from './options.js';
import { Pair } from './pair.js';

type Result = Outcome & Pick<Experiment, 'name' | 'what'>;

/** Runs the experiments and answers the exit code: 1 for a wrong answer or what must not happen. */
async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  const why = missing('postgres') ?? (findNginx() ? undefined : 'nginx is not installed');
  if (why !== undefined) throw new Error(`the experiments need Postgres and nginx: ${why}`);
  if (!options.build) useDist();
  say('building, unless these sources are built already');
  programDirectory();
  const results: Result[] = [];
  for (const experiment of choose(options)) results.push(await run(experiment, options));
  say(`\n${table(results)}`);
  await write(options, results);
  const failures = results.flatMap(({ name, tally, failures: others = [] }) => [
    ...(tally.wrong > 0
      ? [`${name}: ${tally.wrong} wrong answers: ${tally.firstWrong ?? ''}`]
      : []),
    ...others.map((failure) => `${name}: ${failure}`),
  ]);
  for (const failure of failures) say(failure);
  return failures.length > 0 ? 1 : 0;
}

function choose({ only }: ChaosOptions): readonly Experiment[] {
  const unknown = only.find((name) => !experiments.some((experiment) => experiment.name === name));
  if (unknown !== undefined) {
    const known = experiments.map(({ name }) => name).join(', ');
    throw new Error(`there is no experiment ${unknown}; there are ${known}`);
  }
  return experiments.filter(({ name }) => only.length === 0 || only.includes(name));
}

/** Each on instances and a database of its own, so that none meets what another left. */
async function run(experiment: Experiment, options: ChaosOptions): Promise<Result> {
  const { name, what, environment } = experiment;
  say(`${name}: ${what}`);
  const pair = await Pair.start(environment);
  try {
    return { name, what, ...(await experiment.run(pair, options)) };
  } finally {
    await pair.stop();
  }
}

function table(results: readonly Result[]): string {
  const rows = results.map(({ name, tally, facts = {} }) => [
    name,
    ...[tally.sent, tally.lost, tally.lostAfterRetry, tally.wrong].map(String),
    `${tally.maxStaleMs} ms`,
    `${tally.recoveryMs} ms`,
    [
      ...Object.entries(tally.losses).map(([reason, count]) => `${count} x ${reason}`),
      ...Object.entries(facts).map(([fact, value]) => `${fact} ${round(value, 1)}`),
    ].join(', '),
  ]);
  const head = [
    'experiment',
    'sent',
    'lost',
    'lost twice',
    'wrong',
    'stale',
    'recovery',
    'besides',
  ];
  return textTable([head, ...rows]);
}

/** Only a whole run replaces what is checked in. */
async function write(options: ChaosOptions, results: readonly Result[]): Promise<void> {
  const isWhole = options.only.length === 0 && !options.quick;
  const name = isWhole ? 'chaos.json' : 'chaos-partial.json';
  await mkdir(resultsDirectory, { recursive: true });
  const report = { machine: describeMachine(), options, results };
  await writeFile(join(resultsDirectory, name), `${JSON.stringify(report, null, 2)}\n`);
  say(`\nwritten to load/results/${name}`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

if (process.argv.includes('--help')) {
  say(usage);
} else {
  try {
    process.exitCode = await main();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? '') : String(error)}\n`);
    process.exitCode = 2;
  } finally {
    await endProcesses();
    await cleanUp();
  }
}
