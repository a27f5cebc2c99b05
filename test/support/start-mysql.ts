import { runOnMariadb, startMariadbServer } from './mariadb-server.js';
import { migrateTemplate } from './migrate-template.js';

/** Jest's global setup: a MariaDB for this run, with a migrated template. */
async function startMysql(): Promise<void> {
  const address = await startMariadbServer({ durable: false });
  await runOnMariadb(`mysql://root@${address}`, [
    'CREATE DATABASE promptd_template CHARACTER SET utf8mb4',
  ]);
  const template = `mysql://promptd@${address}/promptd_template`;
  await migrateTemplate(template);
  process.env.PROMPTD_TEST_MYSQL_URL = template;
}

export { startMysql as default };
