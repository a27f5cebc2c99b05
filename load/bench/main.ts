import { Bench, type Budget } from './bench.js';
import { budgets } from './budgets/index.js';
import { describeMachine } from './machine.js';
import { type Options, parseOptions, usage } from './options.js';
import { findingLine, table, write } from './report.js';
import type { Finding } from './verdict.js';
import { cleanUp } from '../server/cleanup.js';
import { endProcesses } from '../server/processes.js';
import { programDirectory, useDist } from '../server/program.js';

/** Measures the budgets and answers the exit code: 1 when one is missed for certain. */
async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  const chosen = choose(options);
  if (!options.build) useDist();
  say('building, unless these sources are built already');
  programDirectory();
  const machine = describeMachine();
  say(`${machine.cores} cores, ${machine.cpu}, Node ${machine.node}`);
  const findings: Finding[] = [];
  for (const budget of chosen) findings.push(...(await measure(budget, options)));
  say(`\n${table(findings)}`);
  const isWhole = options.only.length === 0 && !options.quick;
  await write({ machine, options, findings }, isWhole ? 'bench' : 'bench-partial');
  return findings.some(({ verdict }) => verdict === 'missed') ? 1 : 0;
}

function choose({ only, ...options }: Options): readonly Budget[] {
  const unknown = only.find((name) => !budgets.some((budget) => budget.name === name));
  if (unknown !== undefined) {
    const known = budgets.map(({ name }) => name).join(', ');
    throw new Error(`there is no budget ${unknown}; there are ${known}`);
  }
  return budgets.filter(({ name, optIn }) =>
    only.length > 0 ? only.includes(name) : (optIn?.({ ...options, only }) ?? true),
  );
}

async function measure(budget: Budget, options: Options): Promise<readonly Finding[]> {
  say(`\n${budget.name}`);
  const bench = new Bench(options);
  try {
    const findings = await budget.measure(bench);
    for (const finding of findings) say(`  ${findingLine(finding)}`);
    return findings;
  } finally {
    await bench.close();
  }
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
    process.stderr.write(
      `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    process.exitCode = 2;
  } finally {
    await endProcesses();
    await cleanUp();
  }
}
