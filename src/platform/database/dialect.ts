import { areMysqlParameters } from './mysql-tls.js';

export const dialects = ['sqlite', 'postgres', 'mysql'] as const;
/** The family of SQL spoken. `mysql` is MariaDB too: only their common subset is used. */
export type Dialect = (typeof dialects)[number];

export interface SqliteAddress {
  readonly dialect: 'sqlite';
  readonly path: string;
}
export interface ServerAddress {
  readonly dialect: 'postgres' | 'mysql';
  readonly url: string;
}
/** Where the database is. */
export type DatabaseAddress = SqliteAddress | ServerAddress;

/**
 * Reads `sqlite:PATH`, `postgres://…` (or `postgresql://…`) and `mysql://…` (or `mariadb://…`).
 * Undefined when it is none of these, or has parameters that the driver would ignore; the text may hold a password, so the caller must not show it.
 */
export function parseDatabaseUrl(text: string): DatabaseAddress | undefined {
  if (text.startsWith('sqlite:')) {
    const path = text.slice('sqlite:'.length);
    return path === '' ? undefined : { dialect: 'sqlite', path };
  }
  if (!URL.canParse(text)) return undefined;
  switch (new URL(text).protocol) {
    case 'postgres:':
    case 'postgresql:':
      return { dialect: 'postgres', url: text };
    case 'mysql:':
    case 'mariadb:':
      if (!areMysqlParameters(text)) return undefined;
      return { dialect: 'mysql', url: text.replace(/^mariadb:/, 'mysql:') };
    default:
      return undefined;
  }
}
