import type { ColumnType, ValueTransformer } from 'typeorm';
import type { Dialect } from './dialect.js';

/** A column in the words of the program; `physicalColumn` says what each database calls it. */
export interface Column {
  readonly kind: 'ascii' | 'text' | 'longText' | 'integer' | 'bigint' | 'boolean';
  readonly length?: number;
  readonly nullable?: true;
  readonly primary?: true;
}

interface Options {
  readonly nullable?: true;
  readonly primary?: true;
}

/** A UUID in its 36-character form. */
export const id = (options: Options = {}): Column => ({ kind: 'ascii', length: 36, ...options });

/** ASCII compared byte by byte: hashes, digests, versions, sort keys. */
export const ascii = (length: number, options: Options = {}): Column => ({
  kind: 'ascii',
  length,
  ...options,
});

/** Unicode of bounded length in characters, compared by code point and never by a locale. */
export const text = (length: number, options: Options = {}): Column => ({
  kind: 'text',
  length,
  ...options,
});

/** Text of any length. JSON is kept in it too, byte for byte: JSON columns rewrite what they hold. */
export const longText = (options: Options = {}): Column => ({ kind: 'longText', ...options });

export const integer = (options: Options = {}): Column => ({ kind: 'integer', ...options });

/** A whole number up to 2^53 - 1; more is refused when it is read. */
export const bigint = (options: Options = {}): Column => ({ kind: 'bigint', ...options });

/** A moment in whole milliseconds since the epoch, set by the program. */
export const time = (options: Options = {}): Column => bigint(options);

export const boolean = (options: Options = {}): Column => ({ kind: 'boolean', ...options });

export interface PhysicalColumn {
  readonly type: Exclude<ColumnType, (...args: never[]) => unknown>;
  readonly length?: string;
  readonly charset?: string;
  readonly collation?: string;
}

/** The one type map. DIALECT: every column of every table goes through these three arms. */
export function physicalColumn(column: Column, dialect: Dialect): PhysicalColumn {
  const length = column.length === undefined ? {} : { length: String(column.length) };
  switch (column.kind) {
    case 'ascii':
    case 'text':
      return { type: 'varchar', ...length, ...comparison(dialect) };
    case 'longText':
      return dialect === 'mysql' ? { type: 'longtext', ...comparison(dialect) } : { type: 'text' };
    case 'integer':
      return { type: dialect === 'mysql' ? 'int' : 'integer' };
    case 'bigint':
      return { type: 'bigint' };
    case 'boolean':
      return { type: dialect === 'mysql' ? 'tinyint' : 'boolean' };
  }
}

/** By code point, and never by a locale. */
function comparison(dialect: Dialect): Partial<PhysicalColumn> {
  switch (dialect) {
    case 'sqlite':
      return {};
    case 'postgres':
      return { collation: 'C' };
    case 'mysql':
      // For ASCII too: comparing an ascii column with other text is an error, not a mismatch.
      return { charset: 'utf8mb4', collation: 'utf8mb4_bin' };
  }
}

/** DIALECT: drivers return bigint as a string (Postgres, MySQL) and booleans as 0 and 1 (SQLite, MySQL). */
export function valueTransformer(column: Column): ValueTransformer | undefined {
  switch (column.kind) {
    case 'bigint':
      return { to: (value: unknown) => value, from: safeInteger };
    case 'boolean':
      return {
        to: (value: unknown) => value,
        from: (value: unknown) => value === true || value === 1,
      };
    case 'ascii':
    case 'text':
    case 'longText':
    case 'integer':
      return undefined;
  }
}

/** A bigint as a number. Throws when a number cannot hold it exactly. */
export function safeInteger(value: unknown): number | null {
  if (value === null || value === undefined) return null;
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new Error('a stored integer is beyond 2^53 - 1');
  return number;
}
