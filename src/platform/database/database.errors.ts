import { databaseUnavailable, overloaded, type Problem } from '../errors/index.js';

/** Long enough for a failover to end, short enough for a caller to wait. */
const RETRY_AFTER_SECONDS = 5;

const headers = { 'Retry-After': String(RETRY_AFTER_SECONDS) };

export const writesOverloaded = (cause?: unknown): Problem =>
  overloaded('Too many writes are waiting; try again after the time in Retry-After.', {
    headers,
    cause,
  });

export const readsOverloaded = (): Problem =>
  overloaded('Too many reads are waiting; try again after the time in Retry-After.', { headers });

export const connectionsOverloaded = (cause?: unknown): Problem =>
  overloaded('Too many requests wait for the database; try again after the time in Retry-After.', {
    headers,
    cause,
  });

export const databaseAway = (cause: unknown): Problem =>
  databaseUnavailable('The database did not answer; try again after the time in Retry-After.', {
    headers,
    cause,
  });
