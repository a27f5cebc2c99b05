import type { FastifyRequest } from 'fastify';
import { validationFailed } from '../errors/index.js';
import { headersTooLarge } from './http.errors.js';
import { refuseCredentials } from './query-credentials.js';

/** Larger than the largest content, because content arrives inside an envelope and escaped. */
export const MAX_BODY_BYTES = 1024 * 1024;
/** The request line and all headers together: Node's own default, said aloud. */
export const MAX_HEADER_BYTES = 16 * 1024;
export const MAX_HEADERS = 100;
export const MAX_QUERY_PARAMETERS = 100;

/** Longer than balancers keep a connection, or they send a request as it is being closed. */
export const KEEP_ALIVE_MS = 72_000;

/**
 * How long a request may take to arrive. A caller that sends a byte now and then would otherwise
 * hold its connection for as long as it likes.
 */
export const arrivalLimits = {
  /** The request line and the headers. */
  headersTimeout: 10_000,
  /** All of it: 1 MiB at 35 KB/s. */
  requestTimeout: 30_000,
  /** How often Node looks for connections that are too slow. */
  connectionsCheckingInterval: 1_000,
} as const;

/**
 * Refuses what is too much before anybody works on it.
 *
 * @throws headers-too-large, validation-failed, credential-in-query
 */
export function refuseExcess({ raw, url }: FastifyRequest): void {
  // Node would leave out the headers beyond its own limit without a word.
  if (raw.rawHeaders.length > 2 * MAX_HEADERS) {
    throw headersTooLarge(`The request has more than ${MAX_HEADERS} headers.`);
  }
  const start = url.indexOf('?') + 1;
  if (start === 0) return;
  const query = url.slice(start);
  if (query.split('&', MAX_QUERY_PARAMETERS + 1).length > MAX_QUERY_PARAMETERS) {
    throw validationFailed(`The query has more than ${MAX_QUERY_PARAMETERS} parameters.`);
  }
  refuseCredentials(query);
}
