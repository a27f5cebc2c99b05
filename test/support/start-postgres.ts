import { join } from 'node:path';
import { Client } from 'pg';
import { findPostgresPrograms } from './databases-under-test.js';
import { migrateTemplate } from './migrate-template.js';
import type { Command } from './server-keeper.js';
import { findFreePort, makeThrowawayDirectory, startThrowawayServer } from './throwaway-server.js';

/** Jest's global setup: a Postgres for this run, with a migrated template. */
async function startPostgres(): Promise<void> {
  const programs = findPostgresPrograms();
  if (programs === undefined) throw new Error('PostgreSQL is not installed');
  const port = await findFreePort();
  const directory = makeThrowawayDirectory('postgres', 'postgres');
  await startThrowawayServer({
    ...(directory.user && { user: directory.user }),
    directory: directory.path,
    commands: postgresCommands(programs, directory.path, port),
    readyText: postgresReadyText,
  });

  const server = `127.0.0.1:${port}`;
  await run(`postgres://admin@${server}/postgres`, [
    // No superuser: what needs one in production fails here first.
    'CREATE ROLE promptd LOGIN CREATEDB',
    'CREATE DATABASE promptd_template OWNER promptd',
  ]);
  await migrateTemplate(`postgres://promptd@${server}/promptd_template`);
  process.env.PROMPTD_TEST_POSTGRES_URL = `postgres://promptd@${server}/postgres`;
}

export const postgresReadyText = 'database system is ready to accept connections';

/** What makes a database cluster in the directory, and what serves it. */
export function postgresCommands(
  programs: string,
  directory: string,
  port: number,
): readonly [Command, Command] {
  const data = join(directory, 'data');
  // A natural-language order, as many installations have it: finds a missing COLLATE "C".
  const order = ['--locale=C', '--locale-provider=icu', '--icu-locale=en-US', '--encoding=UTF8'];
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 200,
    // Nothing has to survive a crash of the machine.
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
  };
  return [
    [join(programs, 'initdb'), '-D', data, '-U', 'admin', '-A', 'trust', '--no-sync', ...order],
    [
      join(programs, 'postgres'),
      ...['-D', data],
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
  ];
}

async function run(url: string, statements: readonly string[]): Promise<void> {
  const client = new Client(url);
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

export { startPostgres as default };
