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
  | 'signingKey'
  | 'passwordLogin'
  | 'oidcScopes'
  | 'oidcGroupsClaim'
  | 'secretKey'
  | 'rateLimitWrites'
  | 'rateLimitReads'
  | 'rateLimitRefused'
  | 'readCache'
  | 'cacheMb'
  | 'outageGraceMs'
  | 'pluginsWatch'
  | 'pluginsAllowUnsigned';

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
  const dataDir = read.dataDir ?? './data';
  const database: DatabaseAddress = read.database ?? {
    dialect: 'sqlite',
    path: join(dataDir, 'promptd.db'),
  };
  // A single machine keeps its own keys; instances that share a database must be given the same.
  if (database.dialect !== 'sqlite') {
    problems.push(
      ...[settings.signingKey, settings.secretKey]
        .filter(({ name }) => isMissing(name, environment))
        .map(({ name }) => requiredWithServer(name)),
    );
  }
  problems.push(...signInProblems(read, environment));
  if (read.pluginsAllowUnsigned && environment.NODE_ENV === 'production') {
    problems.push(
      `${settings.pluginsAllowUnsigned.name} must be false where NODE_ENV is production: sign the plugins`,
    );
  }
  if (problems.length > 0) throw new ConfigError(problems);
  const signingKey = read.signingKey ?? keyIn(dataDir, 'signing.key');
  const secretKey = read.secretKey ?? keyIn(dataDir, 'secret.key');
  return Object.freeze({ ...read, database, signingKey, secretKey }) as Config;
}

/** @throws ConfigError when the file system does not let this process */
function keyIn(dataDir: string, name: string): Buffer {
  try {
    return readOrCreateKeyFile(join(dataDir, name));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new ConfigError([
      `${settings.dataDir.name} must be a directory that this user may read and write: ${name} gives ${code}`,
    ]);
  }
}

function requiredWithServer(name: string): string {
  return (
    `${name} is required with a database server: give every instance the same 32 bytes in ` +
    'base64, such as `openssl rand -base64 32` prints'
  );
}

/** A sign-in that is configured by half, or not at all. */
function signInProblems({ passwordLogin }: Values, environment: Environment): string[] {
  const { name: issuer } = settings.oidcIssuer;
  const { name: clientId } = settings.oidcClientId;
  const hasIssuer = !isMissing(issuer, environment);
  const hasClientId = !isMissing(clientId, environment);
  return [
    ...(hasIssuer && !hasClientId ? [`${clientId} is required with ${issuer}`] : []),
    ...(hasClientId && !hasIssuer ? [`${issuer} is required with ${clientId}`] : []),
    ...(passwordLogin === false && !hasIssuer
      ? [`${settings.passwordLogin.name} must be on without ${issuer}: nobody could sign in`]
      : []),
  ];
}

function isMissing(name: string, environment: Environment): boolean {
  return !environment[name] && !environment[`${name}_FILE`];
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
  if (file === undefined || file === '')
    return environment[name] === '' ? undefined : environment[name];
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
