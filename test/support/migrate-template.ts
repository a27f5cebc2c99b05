import { migrations } from '../../migrations/index.js';
import { migrateUp, parseDatabaseUrl } from '../../src/platform/database/index.js';

/**
 * Brings an empty database to the newest schema and closes its connections: Postgres clones no
 * database that somebody is connected to.
 */
export async function migrateTemplate(url: string): Promise<void> {
  const address = parseDatabaseUrl(url);
  if (!address) throw new Error('the template has no valid URL');
  await migrateUp({ address, poolSize: 2 }, migrations);
}
