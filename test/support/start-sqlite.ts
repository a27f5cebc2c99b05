import { join } from 'node:path';
import { migrateTemplate } from './migrate-template.js';
import { makeThrowawayDirectory, startThrowawayServer } from './throwaway-server.js';

/** Jest's global setup: a directory for the run's database files, with a migrated template. */
async function startSqlite(): Promise<void> {
  const directory = makeThrowawayDirectory('sqlite');
  await startThrowawayServer({ directory: directory.path, commands: [], readyText: '' });
  await migrateTemplate(`sqlite:${join(directory.path, 'template.db')}`);
  process.env.PROMPTD_TEST_SQLITE_DIRECTORY = directory.path;
}

export { startSqlite as default };
