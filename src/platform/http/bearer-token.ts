/** Longer than any credential of ours, so that no hostile header is hashed or decoded at length. */
const maxTokenLength = 4096;

/**
 * The credential of a request (RFC 6750, 2.1).
 *
 * SECURITY: only this header counts. A credential in a URL ends up in logs and histories, so it is
 * never looked at.
 */
export function bearerToken(header: string | undefined): string | undefined {
  if (header === undefined || header.length > maxTokenLength) return undefined;
  return /^Bearer +([\x21-\x7e]+)$/i.exec(header)?.[1];
}
