import type { DataSourceOptions } from 'typeorm';
import type { DatabaseAddress } from './dialect.js';
import { type MysqlTls, mysqlTls } from './mysql-tls.js';
import { definedRows, entitySchema } from './table-definition.js';

export interface DatabaseSettings {
  readonly address: DatabaseAddress;
  /** Connections to the server; SQLite has one for writing and one for reading. */
  readonly poolSize: number;
}

/** Connections for the work that must not wait behind requests, besides those of the pool. */
export const BACKGROUND_CONNECTIONS = 2;

/** How long opening a connection may take; less than a request waits for one. */
const CONNECT_TIMEOUT_MS = 4_000;
/** No statement of this program takes so long unless something is wrong. */
const STATEMENT_TIMEOUT_MS = 30_000;
/** A held lock blocks the event loop this long; waiting longer is done asynchronously. */
const SQLITE_BUSY_TIMEOUT_MS = 250;

function tls(url: string): { ssl?: MysqlTls } {
  const ssl = mysqlTls(url);
  return ssl ? { ssl } : {};
}

/** DIALECT: what each driver is told. `synchronize` is never on: migrations make the schema. */
export function connectionOptions(
  { address, poolSize }: DatabaseSettings,
  purpose: 'write' | 'read' | 'migrate',
): DataSourceOptions {
  const shared = {
    entities: definedRows().map((rows) => entitySchema(rows, address.dialect)),
    synchronize: false,
    logging: false,
  } as const;
  switch (address.dialect) {
    case 'sqlite':
      return {
        ...shared,
        type: 'better-sqlite3',
        database: address.path,
        timeout: SQLITE_BUSY_TIMEOUT_MS,
        readonly: purpose === 'read',
        enableWAL: purpose !== 'read',
        prepareDatabase: (connection: { pragma(text: string): unknown }) => {
          connection.pragma('foreign_keys = ON');
          // SECURITY: without this, INSERT OR REPLACE deletes a protected row and fires no trigger.
          connection.pragma('recursive_triggers = ON');
        },
      };
    case 'postgres':
      return {
        ...shared,
        type: 'postgres',
        url: address.url,
        applicationName: 'promptd',
        extra: {
          max: poolSize,
          connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
          // A migration takes as long as it takes.
          statement_timeout: purpose === 'migrate' ? 0 : STATEMENT_TIMEOUT_MS,
          idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
          keepAlive: true,
        },
      };
    case 'mysql':
      return {
        ...shared,
        type: 'mysql',
        url: address.url,
        ...tls(address.url),
        charset: 'utf8mb4_bin',
        connectTimeout: CONNECT_TIMEOUT_MS,
        supportBigNumbers: true,
        extra: { connectionLimit: poolSize, waitForConnections: true },
      };
  }
}
