import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { HttpClient } from '../test/support/http-client.js';
import { findK6, howToGetK6 } from './k6/find-k6.js';
import { cleanUp } from './server/cleanup.js';
import { type Database, missing } from './server/databases.js';
import { Instance } from './server/instance.js';
import { endProcesses } from './server/processes.js';
import { useDist } from './server/program.js';
import { promptContent, promptText } from './server/registry.js';
import { stock } from './server/stocked.js';

const scenarios = ['mixed', 'cache', 'cold', 'publish', 'race', 'spike', 'soak'] as const;
const usage = `npm run load -- NAME [options]

  NAME              ${scenarios.join(', ')}
  --duration 10m    how long it runs, 30s by default; a spike has a shape of its own
  --rate N          requests per second at the top of a spike, 1000 by default
  --database NAME   sqlite (by default), postgres or mysql, started for this run
  --no-build        run what is in dist instead of building
  --url URL --key KEY --project NAME
                    a server that runs, with a key that may read, publish and label; prompts named
                    many/1 to many/100 are published there
`;

interface Target {
  readonly url: string;
  readonly key: string;
  readonly project: string;
  readonly prompts: number;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      ...{ duration: { type: 'string' }, rate: { type: 'string' } },
      ...{ url: { type: 'string' }, key: { type: 'string' }, project: { type: 'string' } },
      database: { type: 'string', default: 'sqlite' },
      'no-build': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const [name] = positionals;
  if (values.help || !scenarios.some((scenario) => scenario === name)) {
    process.stdout.write(usage);
    return values.help ? 0 : 2;
  }
  if (values.duration !== undefined) requireUnit(values.duration);
  const k6 = findK6();
  if (k6 === undefined) {
    process.stderr.write(`${howToGetK6}\n`);
    return 2;
  }
  if (values['no-build']) useDist();
  const { url, key, project } = values;
  const target =
    url === undefined
      ? await startTarget(databaseNamed(values.database), name === 'cold')
      : await fill({ url, key: given('key', key), project: given('project', project) });
  return runK6(k6, join(import.meta.dirname, `${name ?? ''}.js`), target, {
    ...(values.duration !== undefined && { DURATION: values.duration }),
    ...(values.rate !== undefined && { RATE: values.rate }),
  });
}

/** k6 takes a number without a unit for milliseconds. */
function requireUnit(text: string): void {
  if (/^(?:[1-9]\d*[hms])+$/.test(text)) return;
  throw new Error(`--duration takes a time with its unit, such as 30s or 10m, not "${text}"`);
}

function databaseNamed(name: string): Database {
  if (name !== 'sqlite' && name !== 'postgres' && name !== 'mysql') {
    throw new Error(`--database takes sqlite, postgres or mysql, not "${name}"`);
  }
  const why = missing(name);
  if (why !== undefined) throw new Error(why);
  return name;
}

function given(name: string, value: string | undefined): string {
  if (value === undefined) throw new Error(`--url needs --${name} too`);
  return value;
}

async function startTarget(database: Database, cold: boolean): Promise<Target> {
  const prompts = 1000;
  const { directory, databaseUrl, keys } = await stock({ database, prompts, versions: 3 });
  const { url } = await Instance.start({
    name: 'promptd',
    directory,
    databaseUrl,
    discardLog: true,
    ...(cold && { environment: { PROMPTD_READ_CACHE: 'off' } }),
  });
  return { url, key: keys[0] ?? '', project: 'bench', prompts };
}

/** The same prompts over HTTP; to do it again changes nothing. */
async function fill(to: Omit<Target, 'prompts'>): Promise<Target> {
  const prompts = 100;
  const client = new HttpClient(to.url, to.key);
  for (let index = 1; index <= prompts; index += 1) {
    const path = `/v1/projects/${to.project}/prompts/${encodeURIComponent(`many/${index}`)}`;
    for (let patch = 0; patch < 3; patch += 1) {
      const answer = await client.send('POST', `${path}/versions`, {
        content: promptContent(`${promptText} (${patch})`),
        version: `1.0.${patch}`,
        labels: patch === 2 ? ['production'] : [],
      });
      if (answer.status >= 300) {
        throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
      }
    }
  }
  return { ...to, prompts };
}

/** Answers what k6 answers: 0, or 99 when a threshold was crossed. */
async function runK6(
  k6: string,
  scenario: string,
  { url, key, project, prompts }: Target,
  settings: Readonly<Record<string, string>>,
): Promise<number> {
  if (!existsSync(scenario)) throw new Error(`${scenario} is not there`);
  const child = spawn(k6, ['run', '--quiet', scenario], {
    stdio: 'inherit',
    env: {
      ...process.env,
      K6_NO_USAGE_REPORT: 'true',
      PROMPTD_URL: url,
      PROMPTD_KEY: key,
      PROMPTD_PROJECT: project,
      PROMPTD_PROMPTS: String(prompts),
      ...settings,
    },
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return code ?? 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
} finally {
  await endProcesses();
  await cleanUp();
}
