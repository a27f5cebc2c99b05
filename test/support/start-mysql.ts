import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { findMariadbPrograms } from './databases-under-test.js';
import { migrateTemplate } from './migrate-template.js';
import type { Command } from './server-keeper.js';
import { findFreePort, makeThrowawayDirectory, startThrowawayServer } from './throwaway-server.js';

/** Jest's global setup: a MariaDB for this run, with a migrated template. */
async function startMysql(): Promise<void> {
  const programs = findMariadbPrograms();
  if (programs === undefined) throw new Error('MariaDB is not installed');
  const port = await findFreePort();
  const directory = makeThrowawayDirectory('mysql', 'mysql');
  await startThrowawayServer({
    ...(directory.user && { user: directory.user }),
    directory: directory.path,
    commands: mysqlCommands(programs, directory.path, port),
    readyText: mysqlReadyText,
  });

  const server = `127.0.0.1:${port}`;
  const connection = await createConnection(`mysql://root@${server}`);
  // No SUPER privilege: what needs it in production fails here first.
  await connection.query("CREATE USER promptd@'127.0.0.1'");
  await connection.query("GRANT ALL ON `promptd\\_%`.* TO promptd@'127.0.0.1'");
  await connection.query('CREATE DATABASE promptd_template CHARACTER SET utf8mb4');
  await connection.end();
  await migrateTemplate(`mysql://promptd@${server}/promptd_template`);
  process.env.PROMPTD_TEST_MYSQL_URL = `mysql://promptd@${server}/promptd_template`;
}

export const mysqlReadyText = 'ready for connections';

/** What makes a data directory in the directory, and what serves it. */
export function mysqlCommands(
  programs: { readonly install: string; readonly server: string },
  directory: string,
  port: number,
): readonly [Command, Command] {
  const data = `--datadir=${join(directory, 'data')}`;
  return [
    [
      programs.install,
      '--no-defaults',
      data,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
      ...withoutDurability,
    ],
    [
      programs.server,
      '--no-defaults',
      data,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      '--skip-name-resolve',
      `--socket=${join(directory, 'socket')}`,
      '--max-connections=200',
      ...withoutDurability,
    ],
  ];
}

const withoutDurability = [
  '--innodb-flush-log-at-trx-commit=0',
  '--innodb-log-file-size=32M',
  '--innodb-file-per-table=OFF',
  '--debug-no-sync',
];

export { startMysql as default };
