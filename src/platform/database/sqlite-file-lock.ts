import BetterSqlite3 from 'better-sqlite3';

export interface FileLock {
  release(): void;
}

/**
 * Makes this the only process with the database open. Two servers on one file would each serve
 * caches the other cannot invalidate. The lock is SQLite's own, on a file beside the database, so
 * the operating system drops it however the process ends.
 *
 * @throws Error when another process holds it
 */
export function lockSqliteFile(path: string): FileLock {
  const lock = new BetterSqlite3(`${path}.lock`, { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    throw new Error(
      `another promptd process has ${path} open: stop it, or give this one another DATABASE_URL`,
      { cause: error },
    );
  }
  return { release: () => lock.close() };
}
