import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Application, createApplication, type FromSources } from '../../src/application.js';
import { loadConfig } from '../../src/platform/config/index.js';
import { createLogger } from '../../src/platform/telemetry/index.js';
import { cheapPasswords } from './cheap-passwords.js';

export const standaloneAdmin = { username: 'admin', password: 'correct horse battery staple' };

export interface StandaloneApplication {
  readonly application: Application;
  close(): Promise<void>;
}

/** The whole program on an empty SQLite file, for tests of what no database changes. */
export async function standaloneApplication(
  sources: Pick<FromSources, 'connectionLimits'> = {},
): Promise<StandaloneApplication> {
  const directory = await mkdtemp(join(tmpdir(), 'promptd-test-'));
  const config = loadConfig({
    PORT: '0',
    PROMPTD_DATA_DIR: directory,
    PROMPTD_ADMIN_PASSWORD: standaloneAdmin.password,
  });
  const application = await createApplication(config, createLogger('silent'), {
    passwordCost: cheapPasswords,
    ...sources,
  });
  return {
    application,
    close: async () => {
      await application.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
