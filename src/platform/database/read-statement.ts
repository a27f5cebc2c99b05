import type { Dialect } from './dialect.js';

/** One reading statement, written once for the three databases. */
export interface ReadStatement {
  /** Under which it is prepared; short, and unlike that of any other. */
  readonly name: string;
  readonly text: Readonly<Record<Dialect, string>>;
}

const declared = new Map<string, string>();

/**
 * Declares a statement that is prepared once and then only run. Called when its repository loads.
 *
 * DIALECT: written with `?` for parameters and with double quotes around names that are reserved
 * words or not in lower case; it must hold neither in any other meaning.
 */
export function readStatement(name: string, sql: string): ReadStatement {
  if ((declared.get(name) ?? sql) !== sql) throw new Error(`two statements are called ${name}`);
  declared.set(name, sql);
  let parameter = 0;
  return {
    name,
    text: {
      sqlite: sql,
      postgres: sql.replaceAll('?', () => `$${(parameter += 1)}`),
      mysql: sql.replaceAll('"', '`'),
    },
  };
}
