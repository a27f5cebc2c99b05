import {
  type Database,
  findMariadbPrograms,
  findPostgresPrograms,
} from '../../test/support/databases-under-test.js';
import { runOnMariadb, startMariadbServer } from '../../test/support/mariadb-server.js';
import {
  type PostgresServer,
  runOnPostgres,
  startPostgresServer,
} from '../../test/support/postgres-server.js';

export type { Database };

/** How long a supervisor takes to start a database server again. */
export const databaseRestartMs = 500;

let postgres: Promise<PostgresServer> | undefined;
let mariadb: Promise<string> | undefined;
let databases = 0;

/** Why there is no such database here; undefined when there is. */
export function missing(database: Database): string | undefined {
  if (database === 'postgres' && !findPostgresPrograms()) return 'PostgreSQL is not installed';
  if (database === 'mysql' && !findMariadbPrograms()) return 'MariaDB is not installed';
  return undefined;
}

/** The run's Postgres, durable as in production, and started again when it dies. */
export async function postgresServer(): Promise<PostgresServer> {
  return (postgres ??= startPostgresServer({ durable: true, restartAfterMs: databaseRestartMs }));
}

/**
 * The URL of a new and empty database, on a server that this run starts when it is first asked for;
 * undefined for SQLite, where an instance makes its file itself.
 */
export async function emptyDatabaseUrl(database: Database): Promise<string | undefined> {
  const name = `promptd_${(databases += 1)}`;
  switch (database) {
    case 'sqlite':
      return undefined;
    case 'postgres': {
      const { address } = await postgresServer();
      await runOnPostgres(`postgres://promptd@${address}/postgres`, [`CREATE DATABASE ${name}`]);
      return `postgres://promptd@${address}/${name}`;
    }
    case 'mysql': {
      mariadb ??= startMariadbServer({ durable: true });
      const server = `mysql://promptd@${await mariadb}`;
      await runOnMariadb(server, [`CREATE DATABASE ${name} CHARACTER SET utf8mb4`]);
      return `${server}/${name}`;
    }
  }
}
