import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request, { type Test } from 'supertest';
import { type Application, createApplication } from '../../src/application.js';
import { loadConfig } from '../../src/platform/config/index.js';
import { createLogger } from '../../src/platform/telemetry/index.js';
import { cheapPasswords } from './cheap-passwords.js';
import { freshDatabase } from './fresh-database.js';

/** The first admin of every test application. Its password was never shown, so it may stay. */
export const adminCredentials = { username: 'admin', password: 'correct horse battery staple' };

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

export interface FreshApplication {
  /** For `request(app.http)`. */
  readonly http: Server;
  /** Where it listens, on a free port of the loopback address. */
  readonly url: string;
  readonly application: Application;
  /** Everything the program logged, one JSON line per entry. */
  readonly log: readonly string[];
  /** The folder that its plugins are in; empty at first, unless a setting names another. */
  readonly plugins: string;
  readonly admin: { readonly username: string; readonly password: string; readonly token: string };
  /** A request with the admin's access token, or with the credential given; null sends none. */
  as(token: string | null, method: Method, path: string): Test;
  asAdmin(method: Method, path: string): Test;
  close(): Promise<void>;
}

/**
 * The whole program on a fresh database of the kind under test, listening on a free port.
 *
 * @param environment settings that differ from what a test application has
 * @param runnerProgram `runnerProgram()`, for tests that have plugins loaded
 */
export async function freshApplication(
  environment: Readonly<Record<string, string>> = {},
  runnerProgram?: string,
): Promise<FreshApplication> {
  const directory = await mkdtemp(join(tmpdir(), 'promptd-test-'));
  const database = await freshDatabase();
  const log: string[] = [];
  const plugins = environment.PROMPTD_PLUGINS_DIR ?? join(directory, 'plugins');
  await mkdir(plugins, { recursive: true });
  const config = loadConfig({
    PORT: '0',
    DATABASE_URL: database.url,
    PROMPTD_DATA_DIR: directory,
    PROMPTD_PLUGINS_DIR: plugins,
    PROMPTD_SIGNING_KEY: Buffer.alloc(32, 1).toString('base64'),
    PROMPTD_SECRET_KEY: Buffer.alloc(32, 2).toString('base64'),
    PROMPTD_ADMIN_USERNAME: adminCredentials.username,
    PROMPTD_ADMIN_PASSWORD: adminCredentials.password,
    PROMPTD_MIGRATE: 'check',
    ...environment,
  });
  const logger = createLogger(config.logLevel, {
    write: (lines) => void log.push(...lines.trimEnd().split('\n')),
  });
  const application = await createApplication(config, logger, {
    runnerProgram,
    passwordCost: cheapPasswords,
  });
  const close = async () => {
    await application.close();
    await database.drop();
    await rm(directory, { recursive: true, force: true });
  };
  const url = await application.listen();
  const http = application.nest.getHttpServer();
  const login = await request(http).post('/v1/auth/login').send(adminCredentials);
  if (login.status !== 200) {
    // What still listens would keep the test run from ending.
    await close();
    throw new Error(`the admin cannot log in: ${login.text}`);
  }
  const token = String(login.body.accessToken);
  const as = (credential: string | null, method: Method, path: string) => {
    const pending = request(http)[method](path);
    return credential === null ? pending : pending.set('Authorization', `Bearer ${credential}`);
  };
  return {
    http,
    url,
    application,
    log,
    plugins,
    admin: { ...adminCredentials, token },
    as,
    asAdmin: (method, path) => as(token, method, path),
    close,
  };
}
