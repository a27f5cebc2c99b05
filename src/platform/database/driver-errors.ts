import { definedRows, snakeCase } from './table-definition.js';

interface DriverError {
  readonly code?: unknown;
  readonly errno?: unknown;
  readonly constraint?: unknown;
  readonly message?: unknown;
  readonly sqlMessage?: unknown;
}

/** TypeORM wraps what the driver threw; what it threw is what tells the cause. */
function driverError(error: unknown): DriverError | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const inner = (error as { driverError?: unknown }).driverError;
  return typeof inner === 'object' && inner !== null ? inner : error;
}

/**
 * The name of the unique constraint that an insert or update broke, or undefined when that is not
 * what happened. DIALECT: Postgres names it, MySQL puts it in the message, SQLite lists the columns.
 */
export function violatedUnique(error: unknown): string | undefined {
  const cause = driverError(error);
  if (cause?.code === '23505') return String(cause.constraint);
  if (cause?.code === 'ER_DUP_ENTRY') {
    const key = /for key '(?:[^'.]+\.)?([^']+)'/.exec(String(cause.sqlMessage))?.[1];
    return key ?? 'unknown';
  }
  if (
    cause?.code === 'SQLITE_CONSTRAINT_UNIQUE' ||
    cause?.code === 'SQLITE_CONSTRAINT_PRIMARYKEY'
  ) {
    return sqliteUnique(String(cause.message));
  }
  return undefined;
}

function sqliteUnique(message: string): string {
  const columns = message.replace(/^UNIQUE constraint failed: /, '');
  for (const { table, definition } of definedRows()) {
    for (const [name, names] of Object.entries(definition.uniques ?? {})) {
      if (names.map((column) => `${table}.${snakeCase(column)}`).join(', ') === columns)
        return name;
    }
  }
  return 'unknown';
}

const retryableCodes = new Set<unknown>([
  '40001', // Postgres: serialization failure
  '40P01', // Postgres: deadlock
  'ER_LOCK_DEADLOCK',
  'ER_LOCK_WAIT_TIMEOUT',
  'ER_CHECKREAD', // MariaDB: record has changed since last read
]);

/** The session does not know a prepared statement any more, and the transaction is lost by asking. */
export class StatementForgotten extends Error {
  constructor(cause: unknown) {
    super('the session does not know a statement that was prepared', { cause });
  }
}

/** Whether the same unit of work may succeed when it is run again from its start. */
export function isRetryable(error: unknown): boolean {
  return error instanceof StatementForgotten || retryableCodes.has(driverError(error)?.code);
}

/** SQLite: another process holds the write lock. */
export function isBusy(error: unknown): boolean {
  const code = driverError(error)?.code;
  return typeof code === 'string' && /^SQLITE_(BUSY|LOCKED)/.test(code);
}

const unavailableCodes = new Set<unknown>([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'PROTOCOL_CONNECTION_LOST',
  'ER_CON_COUNT_ERROR',
  'ER_TOO_MANY_USER_CONNECTIONS',
  'ER_SERVER_SHUTDOWN',
  'ER_QUERY_TIMEOUT', // MySQL: the statement took too long
  '57014', // Postgres: the statement took too long
  '53300', // Postgres: too many connections
  '57P01', // Postgres: terminated by an administrator
  '57P02',
  '57P03', // Postgres: starting up
  '25P03', // Postgres: idle in a transaction for too long
  '08000',
  '08003',
  '08006',
]);

/** What the drivers of Postgres and MySQL say without a code when the connection is gone. */
const unavailableMessage =
  /Connection terminated|not queryable|in closed state|Pool is closed|after calling end on the pool/;

/** What MySQL's driver has no code for. */
const unavailableNumbers = new Set<unknown>([
  1927, // MariaDB: the connection was killed
  1969, // MariaDB: the statement took too long
]);

/** Whether the database could not be reached, rather than having refused what was asked. */
export function isUnavailable(error: unknown): boolean {
  const cause = driverError(error);
  if (cause === undefined) return false;
  if (unavailableCodes.has(cause.code) || unavailableNumbers.has(cause.errno)) return true;
  // The code of a failing disk goes on with the operation that failed, as in SQLITE_IOERR_READ.
  if (/^SQLITE_(CANTOPEN|IOERR)/.test(String(cause.code))) return true;
  return unavailableMessage.test(String(cause.message));
}
