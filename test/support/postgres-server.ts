import { join } from 'node:path';
import { Client } from 'pg';
import { findPostgresPrograms } from './databases-under-test.js';
import type { Command } from './server-keeper.js';
import { findFreePort, makeThrowawayDirectory, startThrowawayServer } from './throwaway-server.js';

export interface PostgresServer {
  /** `host:port`; takes anybody for who they say they are. */
  readonly address: string;
  /** Where `postmaster.pid` is. */
  readonly dataDirectory: string;
}

export interface ServerWishes {
  /** Whether a commit outlives a crash, as it does where people keep their data. */
  readonly durable: boolean;
  /** Starts it again after so long when it ends by itself. */
  readonly restartAfterMs?: number;
}

/** A Postgres of the installed programs, with the role `promptd`, which may create databases. */
export async function startPostgresServer(wishes: ServerWishes): Promise<PostgresServer> {
  const programs = findPostgresPrograms();
  if (programs === undefined) throw new Error('PostgreSQL is not installed');
  const port = await findFreePort();
  const directory = makeThrowawayDirectory('postgres', 'postgres');
  await startThrowawayServer({
    ...(directory.user && { user: directory.user }),
    ...(wishes.restartAfterMs !== undefined && { restartAfterMs: wishes.restartAfterMs }),
    directory: directory.path,
    commands: postgresCommands(programs, directory.path, port, wishes.durable),
    readyText: postgresReadyText,
  });
  const address = `127.0.0.1:${port}`;
  // No superuser: what needs one in production fails here first.
  await runOnPostgres(`postgres://admin@${address}/postgres`, [
    'CREATE ROLE promptd LOGIN CREATEDB',
  ]);
  return { address, dataDirectory: dataIn(directory.path) };
}

export const postgresReadyText = 'database system is ready to accept connections';

/** What makes a database cluster in the directory, and what serves it. */
export function postgresCommands(
  programs: string,
  directory: string,
  port: number,
  durable: boolean,
): readonly [Command, Command] {
  const data = dataIn(directory);
  // A natural-language order, as many installations have it: finds a missing COLLATE "C".
  const order = ['--locale=C', '--locale-provider=icu', '--icu-locale=en-US', '--encoding=UTF8'];
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 200,
    ...(!durable && { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
    // Its workers are the superuser's, and no owner can drop a database that one of them is in.
    ...(!durable && { autovacuum: 'off' }),
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

function dataIn(directory: string): string {
  return join(directory, 'data');
}

/** Each statement in a transaction of its own. */
export async function runOnPostgres(url: string, statements: readonly string[]): Promise<void> {
  const client = new Client(url);
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
