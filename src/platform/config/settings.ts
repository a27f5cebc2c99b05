import { parseAllowList } from '../outbound/index.js';
import { databaseUrl } from './database-setting.js';
import { parseGroupGrants, parseIssuer, parseRedirectUris, parseScopes } from './oidc-setting.js';
import { parseProviders } from './providers-setting.js';
import {
  addressList,
  anyText,
  duration,
  key32,
  keys32,
  onOrOff,
  oneOf,
  originList,
  parsedBy,
  type Setting,
  trueOrFalse,
  wholeNumber,
} from './setting.js';

type Declaration<T> = Omit<Setting<T>, 'secret' | 'fallback'> &
  Partial<Pick<Setting<T>, 'secret' | 'fallback'>>;

function setting<T>(declaration: Declaration<T>): Setting<T> {
  return { secret: false, fallback: undefined, ...declaration };
}

/** Every environment variable the server reads; `.env.example` is made from this table. */
export const settings = {
  host: setting({
    name: 'HOST',
    fallback: '127.0.0.1',
    meaning: 'The address to listen on.',
    parse: anyText,
  }),
  port: setting({
    name: 'PORT',
    fallback: '8080',
    meaning: 'The port to listen on, 0 to 65535; 0 takes a free one.',
    parse: wholeNumber(0, 65_535),
  }),
  dataDir: setting({
    name: 'PROMPTD_DATA_DIR',
    fallback: './data',
    meaning: 'The directory of the SQLite file and of the generated keys.',
    parse: anyText,
  }),
  database: setting({
    name: 'DATABASE_URL',
    meaning:
      'Where the database is: sqlite:PATH, postgres://… or mysql://… (MariaDB too). ' +
      'When not set, promptd.db in the data directory.',
    secret: true,
    parse: databaseUrl('sqlite:PATH, postgres://… or mysql://…'),
  }),
  databaseDirect: setting({
    name: 'DATABASE_DIRECT_URL',
    meaning:
      'The same database without a connection pooler between, for migrations and for LISTEN on Postgres.',
    secret: true,
    parse: databaseUrl('postgres://… or mysql://…'),
  }),
  databasePoolSize: setting({
    name: 'DATABASE_POOL_SIZE',
    fallback: '10',
    meaning:
      'Connections to a database server for requests, 1 to 200. Two more are for work in the background.',
    parse: wholeNumber(1, 200),
  }),
  migrate: setting({
    name: 'PROMPTD_MIGRATE',
    fallback: 'auto',
    meaning:
      'auto brings the schema up to date at start, check refuses to start on an old one, off does neither.',
    parse: oneOf('auto', 'check', 'off'),
  }),
  adminUsername: setting({
    name: 'PROMPTD_ADMIN_USERNAME',
    fallback: 'admin',
    meaning: 'The name of the first instance admin.',
    parse: anyText,
  }),
  adminPassword: setting({
    name: 'PROMPTD_ADMIN_PASSWORD',
    meaning:
      'The password of the first instance admin; without it one is made up and printed once.',
    secret: true,
    parse: anyText,
  }),
  passwordLogin: setting({
    name: 'PROMPTD_PASSWORD_LOGIN',
    fallback: 'on',
    meaning:
      'Whether users may sign in with a password: on or off. off needs PROMPTD_OIDC_ISSUER; should the identity provider be lost, on and a restart let a local admin in again.',
    parse: onOrOff,
  }),
  oidcIssuer: setting({
    name: 'PROMPTD_OIDC_ISSUER',
    meaning:
      'The issuer URL of the OpenID Connect provider that users may sign in with: https, or http on this machine.',
    parse: parsedBy(parseIssuer, 'an https URL without a query, at most 255 characters long'),
  }),
  oidcClientId: setting({
    name: 'PROMPTD_OIDC_CLIENT_ID',
    meaning: 'The client id that the provider knows this server by; required with an issuer.',
    parse: anyText,
  }),
  oidcClientSecret: setting({
    name: 'PROMPTD_OIDC_CLIENT_SECRET',
    meaning: 'The secret of that client; none for a public client.',
    secret: true,
    parse: anyText,
  }),
  oidcRedirectUris: setting({
    name: 'PROMPTD_OIDC_REDIRECT_URIS',
    meaning:
      'The addresses that the provider may send users back to, separated by commas. http://127.0.0.1:PORT/callback and http://[::1]:PORT/callback, which the CLI listens on, are always allowed.',
    parse: parsedBy(
      parseRedirectUris,
      'https URLs without a query, written as a browser shows them, separated by commas',
    ),
  }),
  oidcScopes: setting({
    name: 'PROMPTD_OIDC_SCOPES',
    fallback: 'openid profile email',
    meaning: 'The scopes that are asked for, separated by spaces.',
    parse: parsedBy(parseScopes, 'scopes separated by single spaces, openid among them'),
  }),
  oidcGroupsClaim: setting({
    name: 'PROMPTD_OIDC_GROUPS_CLAIM',
    fallback: 'groups',
    meaning: 'The claim that lists the groups of a user.',
    parse: anyText,
  }),
  oidcRoles: setting({
    name: 'PROMPTD_OIDC_ROLES',
    meaning:
      'What groups give, as JSON: {"group": ["instance-admin", "project:role"]}. For the projects named here the groups decide alone, at each sign-in.',
    parse: parsedBy(
      parseGroupGrants,
      'a JSON object of lists that hold "instance-admin" or "project:role", role being viewer, developer or admin',
    ),
  }),
  signingKey: setting({
    name: 'PROMPTD_SIGNING_KEY',
    meaning:
      'The seed of the signing keys: 32 bytes in base64. Generated into the data directory on SQLite, required otherwise.',
    secret: true,
    parse: key32,
  }),
  signingKeysOld: setting({
    name: 'PROMPTD_SIGNING_KEYS_OLD',
    meaning:
      'Other seeds, separated by commas, whose access tokens are still believed: they verify, and never sign. Needed while the seed changes.',
    secret: true,
    parse: keys32,
  }),
  secretKey: setting({
    name: 'PROMPTD_SECRET_KEY',
    meaning:
      'The key that protects the secrets in the database: 32 bytes in base64. Generated into the data directory on SQLite, required otherwise.',
    secret: true,
    parse: key32,
  }),
  secretKeysOld: setting({
    name: 'PROMPTD_SECRET_KEYS_OLD',
    meaning:
      'Other keys that secrets may still be under, separated by commas: they open, and never protect. Needed while the key changes, until `promptd keys rotate` has ended.',
    secret: true,
    parse: keys32,
  }),
  publicUrl: setting({
    name: 'PROMPTD_PUBLIC_URL',
    meaning: 'The URL under which callers reach this server, for the OpenAPI document.',
    parse: parsedBy((text) => (URL.canParse(text) ? text : undefined), 'a URL'),
  }),
  trustProxy: setting({
    name: 'PROMPTD_TRUST_PROXY',
    meaning:
      'The proxies whose X-Forwarded-For is believed: addresses and networks such as 10.0.0.0/8, separated by commas. Without it every request comes from where its connection does.',
    parse: addressList,
  }),
  corsOrigins: setting({
    name: 'PROMPTD_CORS_ORIGINS',
    meaning:
      'The origins whose pages may call this server, such as https://app.example.com, separated by commas. Without it none may.',
    parse: originList,
  }),
  rateLimitWrites: setting({
    name: 'PROMPTD_RATE_LIMIT_WRITES',
    fallback: '6000',
    meaning:
      'Writes that one user or API key may make in a minute at this instance; 0 is no limit.',
    parse: wholeNumber(0, 1_000_000_000),
  }),
  rateLimitReads: setting({
    name: 'PROMPTD_RATE_LIMIT_READS',
    fallback: '0',
    meaning: 'Reads that one user or API key may make in a minute at this instance; 0 is no limit.',
    parse: wholeNumber(0, 1_000_000_000),
  }),
  rateLimitRefused: setting({
    name: 'PROMPTD_RATE_LIMIT_REFUSED',
    fallback: '300',
    meaning:
      'Requests without a valid credential that one address may make in a minute at this instance before it is told to slow down; 0 is no limit.',
    parse: wholeNumber(0, 1_000_000_000),
  }),
  readCache: setting({
    name: 'PROMPTD_READ_CACHE',
    fallback: 'on',
    meaning:
      'Whether versions that are read are kept in memory: on or off. off asks the database each time.',
    parse: onOrOff,
  }),
  cacheMb: setting({
    name: 'PROMPTD_CACHE_MB',
    fallback: '64',
    meaning: 'The memory for them in MiB, 1 to 65536.',
    parse: wholeNumber(1, 65_536),
  }),
  outageGraceMs: setting({
    name: 'PROMPTD_OUTAGE_GRACE',
    fallback: '15m',
    meaning:
      'How long reads go on from memory while the database does not answer, such as 30s, 15m or 2h; 5s to 168h.',
    parse: duration(5_000, 168 * 3_600_000),
  }),
  outboundAllow: setting({
    name: 'PROMPTD_OUTBOUND_ALLOW',
    meaning:
      'Targets that may be called although they are not public, or not over https: names, addresses and networks such as ollama:11434 or 10.0.0.0/8, separated by commas.',
    parse: parsedBy(
      parseAllowList,
      'names, addresses or networks, each but a network with a port if need be, separated by commas',
    ),
  }),
  providers: setting({
    name: 'PROMPTD_PROVIDERS',
    meaning:
      'Providers of models besides openai and anthropic, or other addresses of these: SLUG=URL, separated by commas, such as ollama=http://ollama:11434/v1. Other slugs speak the chat completions of OpenAI. http only where PROMPTD_OUTBOUND_ALLOW names the target.',
    parse: parsedBy(
      parseProviders,
      'SLUG=URL separated by commas, each slug once and in lower case, each an http or https URL without a user, a query and a fragment',
    ),
  }),
  auditCheckpointFile: setting({
    name: 'PROMPTD_AUDIT_CHECKPOINT_FILE',
    meaning:
      'A file that every checkpoint of the audit trail is appended to, as a line of JSON. Kept where nobody who can change the database can reach it, it shows when the end of the trail is cut off.',
    parse: anyText,
  }),
  auditCheckpointUrl: setting({
    name: 'PROMPTD_AUDIT_CHECKPOINT_URL',
    meaning: 'A URL that every checkpoint of the audit trail is posted to as JSON.',
    secret: true,
    parse: parsedBy(
      (text) => (URL.canParse(text) && /^https?:/.test(text) ? text : undefined),
      'an https URL, or an http one that PROMPTD_OUTBOUND_ALLOW names',
    ),
  }),
  pluginsDir: setting({
    name: 'PROMPTD_PLUGINS_DIR',
    meaning:
      'The directory of the plugins: a folder for each, and beside it NAME.sig. By default those that come with promptd, which run once an instance admin enables them.',
    parse: anyText,
  }),
  pluginsWatch: setting({
    name: 'PROMPTD_PLUGINS_WATCH',
    fallback: 'on',
    meaning:
      'Whether plugins that change in that directory are loaded without being asked to: on or off. What nobody approved waits either way.',
    parse: onOrOff,
  }),
  pluginsAllowUnsigned: setting({
    name: 'PROMPTD_PLUGINS_ALLOW_UNSIGNED',
    fallback: 'false',
    meaning:
      'Whether plugins run that nobody signed: true or false. For making plugins; true is refused where NODE_ENV is production.',
    parse: trueOrFalse,
  }),
  accessLog: setting({
    name: 'PROMPTD_ACCESS_LOG',
    fallback: 'on',
    meaning: 'Whether every request is logged: on or off.',
    parse: onOrOff,
  }),
  logLevel: setting({
    name: 'LOG_LEVEL',
    fallback: 'info',
    meaning: 'The least severe level that is logged.',
    parse: oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
  }),
} as const;
