import { createHash } from 'node:crypto';
import type { Dialect } from './dialect.js';

/** What may be given for a parameter. */
export type Value = string | number | boolean | null;

/** One statement, written once for the three databases. */
export type Statement = Readonly<Record<Dialect, DialectStatement>>;

/** A statement in the words of one database. */
export interface DialectStatement {
  readonly text: string;
  /** Under which a connection keeps it once it is prepared; undefined for one that rarely comes again. */
  readonly name: string | undefined;
}

/**
 * Declares a statement that is prepared once on a connection and then only run. Called when its
 * repository loads.
 *
 * DIALECT: written with `?` for parameters and with double quotes around names that are reserved
 * words or not in lower case; it must hold neither in any other meaning.
 */
export function statement(sql: string): Statement {
  let parameter = 0;
  return {
    sqlite: named(sql),
    postgres: named(sql.replaceAll('?', () => `$${(parameter += 1)}`)),
    mysql: named(sql.replaceAll('"', '`')),
  };
}

/**
 * SECURITY: the name follows from the text. Behind a pooler another process, perhaps of another
 * version, may have prepared the session's statements, and a name must not mean another one there.
 */
export function named(text: string): DialectStatement {
  return { text, name: createHash('sha256').update(text).digest('base64url').slice(0, 22) };
}
