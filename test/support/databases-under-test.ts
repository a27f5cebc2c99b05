import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/*
 * The jest configuration loads this file with Node's own type stripping, before any transform or
 * resolver is in place, so it may import nothing but Node's modules.
 */

export const databases = ['sqlite', 'postgres', 'mysql'] as const;
export type Database = (typeof databases)[number];

const debianPostgres = '/usr/lib/postgresql';

/** The directory that holds `initdb` and `postgres`; on Debian it is not on the PATH. */
export function findPostgresPrograms(): string | undefined {
  return [...pathDirectories(), ...debianPostgresDirectories()].find((directory) =>
    hasPrograms(directory, ['initdb', 'postgres']),
  );
}

/** The paths of MariaDB's installer and server; on Debian they are in different directories. */
export function findMariadbPrograms(): { install: string; server: string } | undefined {
  // An ordinary user's PATH on Debian lacks /usr/sbin, where the server is.
  const directories = [...pathDirectories(), '/usr/sbin'];
  const install = directories.find((directory) => hasPrograms(directory, ['mariadb-install-db']));
  const server = directories.find((directory) => hasPrograms(directory, ['mariadbd']));
  if (install === undefined || server === undefined) return undefined;
  return { install: join(install, 'mariadb-install-db'), server: join(server, 'mariadbd') };
}

/**
 * The databases that the suite runs on. Every one named in `PROMPTD_TEST_DATABASES` is required,
 * and a missing server is an error; without that variable a missing server is one line on stderr.
 */
export function databasesUnderTest(): readonly Database[] {
  const asked = process.env.PROMPTD_TEST_DATABASES;
  if (asked === undefined || asked === '') return databases.filter(isThereOrSaysSo);

  return asked.split(',').map((text) => {
    const name = text.trim();
    const database = databases.find((candidate) => candidate === name);
    if (database === undefined) {
      throw lineOnly(
        `PROMPTD_TEST_DATABASES names "${name}"; it takes a list of ${databases.join(', ')}`,
      );
    }
    const missing = findMissing(database);
    if (missing !== undefined) {
      throw lineOnly(`${missing}, and PROMPTD_TEST_DATABASES requires it`);
    }
    return database;
  });
}

function isThereOrSaysSo(database: Database): boolean {
  const missing = findMissing(database);
  if (missing === undefined) return true;
  process.stderr.write(`${missing}: its tests did not run\n`);
  return false;
}

function findMissing(database: Database): string | undefined {
  switch (database) {
    case 'sqlite':
      return undefined;
    case 'postgres':
      if (findPostgresPrograms() !== undefined) return undefined;
      return `PostgreSQL not found (looked for initdb on PATH and in ${debianPostgres})`;
    case 'mysql':
      if (findMariadbPrograms() !== undefined) return undefined;
      return 'MariaDB not found (looked for mariadbd and mariadb-install-db on PATH and in /usr/sbin)';
  }
}

function pathDirectories(): string[] {
  return (process.env.PATH ?? '').split(delimiter).filter((directory) => directory !== '');
}

/** Newest major version first. */
function debianPostgresDirectories(): string[] {
  try {
    return readdirSync(debianPostgres)
      .sort((a, b) => Number(b) - Number(a))
      .map((version) => join(debianPostgres, version, 'bin'));
  } catch {
    return [];
  }
}

function hasPrograms(directory: string, names: readonly string[]): boolean {
  return names.every((name) => {
    try {
      accessSync(join(directory, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Whoever reads it can act on the line; where in the configuration it was thrown is noise. */
function lineOnly(message: string): Error {
  const error = new Error(message);
  error.stack = `${message}\n`;
  return error;
}
