import { freshDatabase, type FreshDatabase } from './fresh-database.js';
import { RawDatabase } from './raw-database.js';

/** A database of the kind under test without a table, as an administrator hands it over. */
export async function emptyDatabase(): Promise<FreshDatabase> {
  const database = await freshDatabase();
  const raw = await RawDatabase.open(database);
  try {
    for (const statement of wipe(database)) await raw.run(statement);
  } finally {
    await raw.close();
  }
  return database;
}

/** DIALECT: what each calls the place of all tables. */
function wipe({ dialect, url }: FreshDatabase): readonly string[] {
  const name = new URL(url).pathname.slice(1);
  switch (dialect) {
    case 'sqlite':
      throw new Error('the file of an empty SQLite database does not exist: take any free path');
    case 'postgres':
      return ['DROP SCHEMA public CASCADE', 'CREATE SCHEMA public'];
    case 'mysql':
      return [`DROP DATABASE ${name}`, `CREATE DATABASE ${name} CHARACTER SET utf8mb4`];
  }
}
