import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApplication } from './application.js';
import { envExample, loadConfig } from './platform/config/index.js';
import { createLogger } from './platform/telemetry/index.js';

/** Writes every file of the repository that is made from the code. Serves nothing. */
const directory = mkdtempSync(join(tmpdir(), 'promptd-generate-'));
try {
  const config = loadConfig({ PROMPTD_DATA_DIR: directory });
  const application = await createApplication(config, createLogger('silent'));
  writeFileSync('openapi.json', `${JSON.stringify(application.describe(), null, 2)}\n`);
  await application.close();
} finally {
  rmSync(directory, { recursive: true, force: true });
}
writeFileSync('.env.example', envExample());
