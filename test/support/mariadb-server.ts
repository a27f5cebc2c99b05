import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { findMariadbPrograms } from './databases-under-test.js';
import type { ServerWishes } from './postgres-server.js';
import type { Command } from './server-keeper.js';
import { findFreePort, makeThrowawayDirectory, startThrowawayServer } from './throwaway-server.js';

/**
 * A MariaDB of the installed programs, with a user `promptd` who may do everything in databases
 * whose names begin with `promptd_`. Answers `host:port`; nobody needs a password.
 */
export async function startMariadbServer({ durable }: ServerWishes): Promise<string> {
  const programs = findMariadbPrograms();
  if (programs === undefined) throw new Error('MariaDB is not installed');
  const port = await findFreePort();
  const directory = makeThrowawayDirectory('mysql', 'mysql');
  await startThrowawayServer({
    ...(directory.user && { user: directory.user }),
    directory: directory.path,
    commands: mysqlCommands(programs, directory.path, port, durable),
    readyText: mysqlReadyText,
  });
  const address = `127.0.0.1:${port}`;
  await runOnMariadb(`mysql://root@${address}`, [
    // No SUPER privilege: what needs it in production fails here first.
    "CREATE USER promptd@'127.0.0.1'",
    "GRANT ALL ON `promptd\\_%`.* TO promptd@'127.0.0.1'",
  ]);
  return address;
}

export const mysqlReadyText = 'ready for connections';

/** What makes a data directory in the directory, and what serves it. */
export function mysqlCommands(
  programs: { readonly install: string; readonly server: string },
  directory: string,
  port: number,
  durable: boolean,
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
      // A server that starts deletes what it finds in a directory that it shares.
      `--tmpdir=${directory}`,
      '--max-connections=200',
      ...(durable ? [innodb.logSize, innodb.oneFile] : withoutDurability),
    ],
  ];
}

export async function runOnMariadb(url: string, statements: readonly string[]): Promise<void> {
  const connection = await createConnection(url);
  try {
    for (const statement of statements) await connection.query(statement);
  } finally {
    await connection.end();
  }
}

/** The installer and the server must agree on these. */
const innodb = {
  logSize: '--innodb-log-file-size=32M',
  oneFile: '--innodb-file-per-table=OFF',
} as const;

const withoutDurability = [
  '--innodb-flush-log-at-trx-commit=0',
  innodb.logSize,
  innodb.oneFile,
  '--debug-no-sync',
];
