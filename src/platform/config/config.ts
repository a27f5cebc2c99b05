import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseAddress } from '../database/index.js';
import type { Setting } from './setting.js';
import { settings } from './settings.js';
import { readOrCreateKeyFile } from './key-file.js';

type Values = {
  readonly [K in keyof typeof settings]: (typeof settings)[K] extends Setting<infer T>
    ? T | undefined
    : never;
};

type WithDefault =
  | 'host'
  | 'port'
  | 'dataDir'
  | 'databasePoolSize'
  | 'migrate'
  | 'adminUsername'
  | 'accessLog'
  | 'logLevel'
  | 'database'
  | 'signingKey';

/** The configuration of one process: read once, checked as a whole, never changed. */
export type Config = {
  readonly [K in keyof Values]: K extends WithDefault ? NonNullable<Values[K]> : Values[K];
};

export type Environment = Readonly<Record<string, string | undefined>>;

/** SECURITY: names variables and what they should hold, never what they do hold. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`the configuration is not valid:\n${problems.map((line) => `  - ${line}`).join('\n')}`);
  }
}

/** @throws ConfigError listing every variable at fault */
export function loadConfig(environment: Environment): Config {
  const problems: string[] = [];
  const read = Object.fromEntries(
    Object.entries(settings).map(([key, setting]) => [
      key,
      valueOf(setting as Setting<unknown>, environment, problems),
    ]),
  ) as Values;
  if (problems.length > 0) throw new ConfigError(problems);
  const dataDir = read.dataDir ?? './data';
  const database: DatabaseAddress = read.database ?? {
    dialect: 'sqlite',
    path: join(dataDir, 'promptd.db'),
  };
  const signingKey = read.signingKey ?? generatedKey(database, dataDir);
  return Object.freeze({ ...read, database, signingKey }) as Config;
}

/** A single machine keeps its own keys; instances that share a database must be given the same. */
function generatedKey(database: DatabaseAddress, dataDir: string): Buffer {
  if (database.dialect === 'sqlite') return readOrCreateKeyFile(join(dataDir, 'signing.key'));
  const { name } = settings.signingKey;
  throw new ConfigError([
    `${name} is required with a database server: every instance needs the same 32 bytes in base64 (make them with \`openssl rand -base64 32\`)`,
  ]);
}

function valueOf(setting: Setting<unknown>, environment: Environment, problems: string[]): unknown {
  const text = textOf(setting, environment, problems) ?? setting.fallback;
  if (text === undefined) return undefined;
  const parsed = setting.parse(text);
  if (parsed.ok) return parsed.value;
  problems.push(`${setting.name} must be ${parsed.expected}`);
  return undefined;
}

function textOf(
  { name, secret }: Setting<unknown>,
  environment: Environment,
  problems: string[],
): string | undefined {
  const file = secret ? environment[`${name}_FILE`] : undefined;
  if (file === undefined || file === '') return environment[name] === '' ? undefined : environment[name];
  if (environment[name]) {
    problems.push(`${name} and ${name}_FILE are both set: set one of them`);
    return undefined;
  }
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    problems.push(`${name}_FILE must name a file that can be read`);
    return undefined;
  }
}
