import { migrateTemplate } from './migrate-template.js';
import { runOnPostgres, startPostgresServer } from './postgres-server.js';

/** Jest's global setup: a Postgres for this run, with a migrated template. */
async function startPostgres(): Promise<void> {
  // Nothing has to survive a crash.
  const { address } = await startPostgresServer({ durable: false });
  await runOnPostgres(`postgres://admin@${address}/postgres`, [
    'CREATE DATABASE promptd_template OWNER promptd',
  ]);
  await migrateTemplate(`postgres://promptd@${address}/promptd_template`);
  process.env.PROMPTD_TEST_POSTGRES_URL = `postgres://promptd@${address}/postgres`;
}

export { startPostgres as default };
