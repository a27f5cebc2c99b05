import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import type { Database } from './database.js';

/**
 * Makes a query lock the rows it finds until the transaction ends. DIALECT: SQLite needs nothing,
 * because its write transactions take turns.
 */
export function forUpdate<Row extends ObjectLiteral>(
  database: Database,
  query: SelectQueryBuilder<Row>,
): SelectQueryBuilder<Row> {
  return database.dialect === 'sqlite' ? query : query.setLock('pessimistic_write');
}
