import type { DataSource } from 'typeorm';

/**
 * Strict, or the server cuts what does not fit without a word; READ COMMITTED, because under
 * REPEATABLE READ a snapshot from before the lock failed 186 of 200 parallel publishes; and waits
 * that end before a caller's do. The comments are statements: the first to MariaDB, the other to MySQL.
 */
const mysqlSession = [
  "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', innodb_lock_wait_timeout = 10" +
    ' /*M! , max_statement_time = 30 */ /*!80000 , max_execution_time = 30000 */',
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
];

interface MysqlPool {
  on(event: 'connection', listener: (connection: { query(sql: string): void }) => void): void;
}

/** DIALECT: what every connection to MySQL is told first. */
export async function setMysqlSession(source: DataSource): Promise<void> {
  const { pool } = source.driver as unknown as { readonly pool: MysqlPool };
  pool.on('connection', (connection) => {
    for (const statement of mysqlSession) connection.query(statement);
  });
  // The driver has opened one connection already, to see that the server is there.
  for (const statement of mysqlSession) await source.query(statement);
}
