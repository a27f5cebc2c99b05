import { randomBytes } from 'node:crypto';
import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { Client } from 'pg';
import { type Database } from './databases-under-test.js';
import { copyMysqlSchema } from './mysql-schema-copy.js';

export interface FreshDatabase {
  /** In the form of `DATABASE_URL`. */
  readonly url: string;
  readonly dialect: Database;
  /** Removes the database; connections that are still open to it are cut. */
  drop(): Promise<void>;
}

/** The database that the running jest project is for. */
export function databaseUnderTest(): Database {
  const { promptdDatabase } = globalThis as { promptdDatabase?: Database };
  if (promptdDatabase === undefined) {
    throw new Error('This jest project has no database; move the test under test/integration');
  }
  return promptdDatabase;
}

/** A new database with the newest schema, made from the run's migrated template. */
export async function freshDatabase(): Promise<FreshDatabase> {
  const name = `promptd_${randomBytes(6).toString('hex')}`;
  const dialect = databaseUnderTest();
  // DIALECT: a file copy, a server-side clone, and a replay of the schema where neither exists.
  switch (dialect) {
    case 'sqlite':
      return { dialect, ...(await copyFileTemplate(name)) };
    case 'postgres':
      return { dialect, ...(await clonePostgres(name)) };
    case 'mysql':
      return { dialect, ...(await replayMysql(name)) };
  }
}

async function copyFileTemplate(name: string) {
  const directory = fromGlobalSetup('PROMPTD_TEST_SQLITE_DIRECTORY');
  const file = join(directory, `${name}.db`);
  await copyFile(join(directory, 'template.db'), file);
  const files = [file, `${file}-wal`, `${file}-shm`];
  return {
    url: `sqlite:${file}`,
    drop: async () => {
      await Promise.all(files.map((path) => rm(path, { force: true })));
    },
  };
}

async function clonePostgres(name: string) {
  const admin = fromGlobalSetup('PROMPTD_TEST_POSTGRES_URL');
  await onPostgres(admin, `CREATE DATABASE ${name} TEMPLATE promptd_template`);
  return {
    url: withDatabase(admin, name),
    drop: () => onPostgres(admin, `DROP DATABASE ${name} WITH (FORCE)`),
  };
}

async function onPostgres(url: string, statement: string): Promise<void> {
  const client = new Client(url);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

async function replayMysql(name: string) {
  const template = fromGlobalSetup('PROMPTD_TEST_MYSQL_URL');
  const connection = await createConnection({ uri: template, multipleStatements: true });
  try {
    await copyMysqlSchema(connection, name);
  } finally {
    await connection.end();
  }
  return { url: withDatabase(template, name), drop: () => dropMysql(template, name) };
}

async function dropMysql(template: string, name: string): Promise<void> {
  const connection = await createConnection(template);
  try {
    await connection.query(`DROP DATABASE ${name}`);
  } finally {
    await connection.end();
  }
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

function fromGlobalSetup(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is unset: global setup did not run`);
  return value;
}
