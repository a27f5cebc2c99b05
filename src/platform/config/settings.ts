import { parseDatabaseUrl } from '../database/index.js';
import {
  addressList,
  anyText,
  key32,
  onOrOff,
  oneOf,
  parsedBy,
  type Setting,
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
    parse: parsedBy(parseDatabaseUrl, 'sqlite:PATH, postgres://… or mysql://…'),
  }),
  databaseDirect: setting({
    name: 'DATABASE_DIRECT_URL',
    meaning: 'The same database without a connection pooler between, for migrations.',
    secret: true,
    parse: parsedBy(parseDatabaseUrl, 'postgres://… or mysql://…'),
  }),
  databasePoolSize: setting({
    name: 'DATABASE_POOL_SIZE',
    fallback: '10',
    meaning: 'Connections to a database server, 1 to 200.',
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
  signingKey: setting({
    name: 'PROMPTD_SIGNING_KEY',
    meaning:
      'The seed of the signing keys: 32 bytes in base64. Generated into the data directory on SQLite, required otherwise.',
    secret: true,
    parse: key32,
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
