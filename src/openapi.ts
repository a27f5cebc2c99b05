import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createApplication } from './application.js';
import { loadConfig } from './platform/config/index.js';
import { createLogger } from './platform/telemetry/index.js';

/** Writes the OpenAPI document to the file named on the command line, without serving anything. */
const [, , file = 'openapi.json'] = process.argv;
const directory = mkdtempSync(join(tmpdir(), 'promptd-openapi-'));
try {
  const config = loadConfig({ PROMPTD_DATA_DIR: directory });
  const application = await createApplication(config, createLogger('silent'));
  writeFileSync(file, `${JSON.stringify(application.api, null, 2)}\n`);
  await application.close();
} finally {
  rmSync(directory, { recursive: true, force: true });
}
