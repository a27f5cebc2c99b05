import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, type Environment, loadConfig } from './config.js';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'promptd-config-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const key = Buffer.alloc(32, 7).toString('base64');
const otherKey = Buffer.alloc(32, 8).toString('base64');

const load = (environment: Environment = {}) =>
  loadConfig({ PROMPTD_DATA_DIR: directory, ...environment });

function problemsOf(environment: Environment): readonly string[] {
  try {
    load(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

function file(name: string, content: string): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

it('needs nothing: a single machine keeps its data and its keys in one directory', () => {
  const config = load();
  expect(config).toMatchObject({
    host: '127.0.0.1',
    port: 8080,
    database: { dialect: 'sqlite', path: join(directory, 'promptd.db') },
    migrate: 'auto',
    accessLog: true,
    logLevel: 'info',
    adminPassword: undefined,
  });
  expect(config.signingKey).toHaveLength(32);
  expect(config.secretKey).toHaveLength(32);
  expect(config.secretKey).not.toEqual(config.signingKey);
  expect(load()).toEqual(config);
});

it('never changes once it is read', () => {
  expect(Object.isFrozen(load())).toBe(true);
});

it('takes an empty variable for one that is not set', () => {
  expect(load({ PORT: '', DATABASE_URL: '', PROMPTD_ADMIN_PASSWORD: '' })).toMatchObject({
    port: 8080,
    database: { dialect: 'sqlite' },
    adminPassword: undefined,
  });
});

it('lists every problem by name and never by value', () => {
  const wrong = {
    PORT: '80 80 wrong',
    DATABASE_URL: 'oracle://user:hunter2@wrong',
    DATABASE_POOL_SIZE: '0',
    PROMPTD_MIGRATE: 'wrong-migrate',
    PROMPTD_SIGNING_KEY: 'd3Jvbmc=',
    PROMPTD_SECRET_KEY: 'd3Jvbmc=',
    PROMPTD_SECRET_KEYS_OLD: `${key},d3Jvbmc=`,
    PROMPTD_SIGNING_KEYS_OLD: 'd3Jvbmc=',
    PROMPTD_OUTBOUND_ALLOW: 'wrong/path',
    PROMPTD_PROVIDERS: 'wrong=https://user:hunter2@wrong',
    PROMPTD_PUBLIC_URL: 'wrong url',
    PROMPTD_ACCESS_LOG: 'wrong-on',
    LOG_LEVEL: 'wrong-level',
  };
  const problems = problemsOf(wrong);
  expect(problems.map((problem) => problem.split(' ')[0]).sort()).toEqual(
    Object.keys(wrong).sort(),
  );
  expect(problems.join('\n')).not.toMatch(/wrong|hunter2|d3Jvbmc/);
  expect(problems).toContain('PORT must be a whole number from 0 to 65535');
});

it('shows all of them in one message', () => {
  expect(() => load({ PORT: 'x', LOG_LEVEL: 'y' })).toThrow(
    /^the configuration is not valid:\n {2}- PORT must be .*\n {2}- LOG_LEVEL must be .*$/,
  );
});

describe('the address of the database', () => {
  it.each([
    ['sqlite:/data/x.db', { dialect: 'sqlite', path: '/data/x.db' }],
    ['postgres://u@h/d', { dialect: 'postgres', url: 'postgres://u@h/d' }],
    ['postgresql://u@h/d', { dialect: 'postgres', url: 'postgresql://u@h/d' }],
    ['mysql://u@h/d', { dialect: 'mysql', url: 'mysql://u@h/d' }],
    ['mariadb://u@h/d', { dialect: 'mysql', url: 'mysql://u@h/d' }],
  ])('may be %s', (DATABASE_URL, database) => {
    const keys = { PROMPTD_SIGNING_KEY: key, PROMPTD_SECRET_KEY: key };
    expect(load({ DATABASE_URL, ...keys }).database).toEqual(database);
  });

  it.each(['sqlite:', 'x.db', 'http://h/d', '://'])('is never %s', (DATABASE_URL) => {
    expect(problemsOf({ DATABASE_URL })).toEqual([
      'DATABASE_URL must be sqlite:PATH, postgres://… or mysql://…',
    ]);
  });

  it.each(['postgres://admin:se#cret@h/d', 'mysql://admin:se/cret@h/d', 'mariadb://a:se?cret@h/d'])(
    'has the reserved characters of %s encoded',
    (DATABASE_URL) => {
      expect(problemsOf({ DATABASE_URL })).toEqual([
        'DATABASE_URL must be a URL in which each @ : / ? # of the user and the password is percent-encoded',
      ]);
    },
  );

  it.each(['mysql://u:p@h/d?ssl=true', 'mariadb://u:p@h/d?ssl-mode=PREFERRED'])(
    'has the parameters that the program knows, unlike %s',
    (DATABASE_URL) => {
      expect(problemsOf({ DATABASE_URL })).toEqual([
        expect.stringMatching(/^DATABASE_URL must be a mysql URL without parameters other than/),
      ]);
    },
  );
});

it('names the data directory when no key can be kept there', () => {
  const PROMPTD_DATA_DIR = join(directory, 'file');
  writeFileSync(PROMPTD_DATA_DIR, '');
  expect(problemsOf({ PROMPTD_DATA_DIR })).toEqual([
    expect.stringMatching(/^PROMPTD_DATA_DIR must be a directory .+: signing\.key gives ENOTDIR$/),
  ]);
});

describe('the trusted proxies', () => {
  it.each([
    ['10.0.0.1', ['10.0.0.1']],
    ['10.0.0.0/8, ::1,fd00::/8', ['10.0.0.0/8', '::1', 'fd00::/8']],
  ])('may be %s', (PROMPTD_TRUST_PROXY, addresses) => {
    expect(load({ PROMPTD_TRUST_PROXY }).trustProxy).toEqual(addresses);
  });

  it.each(['true', '10.0.0.0/33', '::1/129', '10.0.0.1/8/8', '10.0.0.1,', 'proxy.local'])(
    'are never %s',
    (PROMPTD_TRUST_PROXY) => {
      expect(problemsOf({ PROMPTD_TRUST_PROXY })).toEqual([
        expect.stringMatching(/^PROMPTD_TRUST_PROXY must be IP addresses/),
      ]);
    },
  );
});

describe('the ways to sign in', () => {
  const oidc = {
    PROMPTD_OIDC_ISSUER: 'https://login.example.org',
    PROMPTD_OIDC_CLIENT_ID: 'promptd',
  };

  it('are a password, unless an identity provider takes its place', () => {
    expect(load()).toMatchObject({ passwordLogin: true, oidcIssuer: undefined });
    expect(load({ ...oidc, PROMPTD_PASSWORD_LOGIN: 'off' })).toMatchObject({
      passwordLogin: false,
      oidcIssuer: 'https://login.example.org',
      oidcScopes: 'openid profile email',
      oidcGroupsClaim: 'groups',
    });
  });

  it.each([
    [{ PROMPTD_PASSWORD_LOGIN: 'off' }, 'PROMPTD_PASSWORD_LOGIN must be on'],
    [{ PROMPTD_OIDC_ISSUER: oidc.PROMPTD_OIDC_ISSUER }, 'PROMPTD_OIDC_CLIENT_ID is required'],
    [{ PROMPTD_OIDC_CLIENT_ID: 'promptd' }, 'PROMPTD_OIDC_ISSUER is required'],
    [{ ...oidc, PROMPTD_OIDC_ISSUER: 'http://login.example.org' }, 'PROMPTD_OIDC_ISSUER must be'],
    [{ ...oidc, PROMPTD_OIDC_ROLES: '{"ops": ["owner"]}' }, 'PROMPTD_OIDC_ROLES must be'],
    [{ ...oidc, PROMPTD_OIDC_REDIRECT_URIS: '*' }, 'PROMPTD_OIDC_REDIRECT_URIS must be'],
    [{ ...oidc, PROMPTD_OIDC_SCOPES: 'email' }, 'PROMPTD_OIDC_SCOPES must be'],
  ])('are never %j', (environment, problem) => {
    expect(problemsOf(environment)).toEqual([expect.stringContaining(problem)]);
  });
});

describe('a secret in a file', () => {
  it('is read without the newline at its end', () => {
    const config = load({
      PROMPTD_SIGNING_KEY_FILE: file('key', `${key}\n`),
      PROMPTD_SECRET_KEY_FILE: file('secret-key', `${otherKey}\n`),
      PROMPTD_SECRET_KEYS_OLD_FILE: file('old-keys', `${key},${otherKey}\n`),
      PROMPTD_ADMIN_PASSWORD_FILE: file('password', 'correct horse\n'),
      DATABASE_URL_FILE: file('url', 'postgres://u:p@h/d\n'),
    });
    expect(config.signingKey).toEqual(Buffer.alloc(32, 7));
    expect(config.secretKey).toEqual(Buffer.alloc(32, 8));
    expect(config.secretKeysOld).toEqual([Buffer.alloc(32, 7), Buffer.alloc(32, 8)]);
    expect(config.adminPassword).toBe('correct horse');
    expect(config.database).toEqual({ dialect: 'postgres', url: 'postgres://u:p@h/d' });
  });

  it('is a problem when it is set beside the variable itself', () => {
    const both = { PROMPTD_SIGNING_KEY: key, PROMPTD_SIGNING_KEY_FILE: file('key', key) };
    expect(problemsOf(both)).toEqual([
      'PROMPTD_SIGNING_KEY and PROMPTD_SIGNING_KEY_FILE are both set: set one of them',
    ]);
  });

  it('is a problem when it cannot be read, whose path stays unnamed', () => {
    const PROMPTD_ADMIN_PASSWORD_FILE = join(directory, 'absent');
    expect(problemsOf({ PROMPTD_ADMIN_PASSWORD_FILE })).toEqual([
      'PROMPTD_ADMIN_PASSWORD_FILE must name a file that can be read',
    ]);
  });

  it('is a problem when it holds nothing', () => {
    expect(problemsOf({ PROMPTD_ADMIN_PASSWORD_FILE: file('password', '\n') })).toEqual([
      'PROMPTD_ADMIN_PASSWORD must be a value that is not empty',
    ]);
  });

  it('is no way to set what is no secret', () => {
    expect(load({ PORT_FILE: file('port', '9090') }).port).toBe(8080);
  });
});

describe.each([
  ['PROMPTD_SIGNING_KEY', 'signing.key'],
  ['PROMPTD_SECRET_KEY', 'secret.key'],
])('%s', (name, fileName) => {
  const rest = { PROMPTD_SIGNING_KEY: key, PROMPTD_SECRET_KEY: key };

  it('is made for SQLite only: instances that share a server must be given the same', () => {
    const environment = { ...rest, DATABASE_URL: 'postgres://u@h/d', [name]: undefined };
    expect(problemsOf(environment)).toEqual([
      expect.stringMatching(new RegExp(`^${name} is required with a database server`)),
    ]);
    expect(existsSync(join(directory, fileName))).toBe(false);
    load();
    expect(existsSync(join(directory, fileName))).toBe(true);
  });

  it.each([
    ['too short', Buffer.alloc(31).toString('base64')],
    ['too long', Buffer.alloc(33).toString('base64')],
    ['hexadecimal', Buffer.alloc(32).toString('hex')],
    ['base64 with something else in it', `${key.slice(0, 10)}!${key.slice(10)}`],
  ])('is refused when it is %s', (_, text) => {
    expect(problemsOf({ [name]: text })).toEqual([
      expect.stringMatching(new RegExp(`^${name} must be 32 bytes in base64`)),
    ]);
  });
});

describe('the old secret keys', () => {
  it('are a list, in which spaces do no harm', () => {
    expect(load({ PROMPTD_SECRET_KEYS_OLD: `${key}, ${otherKey}` }).secretKeysOld).toEqual([
      Buffer.alloc(32, 7),
      Buffer.alloc(32, 8),
    ]);
    expect(load().secretKeysOld).toBeUndefined();
  });

  it.each([`${key},`, `${key} ${otherKey}`, `${key},${key.slice(4)}`])(
    'are refused as a whole when one is wrong: %s',
    (PROMPTD_SECRET_KEYS_OLD) => {
      expect(problemsOf({ PROMPTD_SECRET_KEYS_OLD })).toEqual([
        'PROMPTD_SECRET_KEYS_OLD must be keys of 32 bytes in base64, separated by commas',
      ]);
    },
  );
});

describe('plugins that nobody signed', () => {
  const name = 'PROMPTD_PLUGINS_ALLOW_UNSIGNED';

  it('run when that is asked for, and not by default', () => {
    expect(load().pluginsAllowUnsigned).toBe(false);
    expect(load({ [name]: 'true' }).pluginsAllowUnsigned).toBe(true);
    expect(load({ [name]: 'false', NODE_ENV: 'production' }).pluginsAllowUnsigned).toBe(false);
  });

  it('never run in production, however it is asked for', () => {
    expect(problemsOf({ [name]: 'true', NODE_ENV: 'production' })).toEqual([
      expect.stringContaining(`${name} must be false where NODE_ENV is production`),
    ]);
    expect(problemsOf({ [name]: 'yes' })).toEqual([`${name} must be true or false`]);
  });
});
