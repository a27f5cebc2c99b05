import { actorOf, type Principal } from '../authorization/index.js';
import { sha256Hex } from '../crypto/index.js';
import { validationFailed } from '../errors/index.js';

export const IDEMPOTENCY_KEY = 'Idempotency-Key';
export const MAX_KEY_CHARACTERS = 255;

const detail = `must be sent once, as 1 to ${MAX_KEY_CHARACTERS} visible ASCII characters without spaces`;

/**
 * The key of a request. The draft of the header asks for a quoted string (RFC 8941); what most
 * clients send has no quotes. Any text is taken as it is: the quotes are part of it.
 *
 * @param header repeated headers arrive as one, joined by `, `
 * @throws validation-failed
 */
export function parseIdempotencyKey(header: string): string {
  if (header.length <= MAX_KEY_CHARACTERS && /^[\x21-\x7e]+$/.test(header)) return header;
  throw validationFailed(`The ${IDEMPOTENCY_KEY} is not valid.`, {
    errors: [{ pointer: `/${IDEMPOTENCY_KEY}`, code: 'invalid-header', detail }],
  });
}

/**
 * What a key is kept under. SECURITY: the caller is part of it, so that nobody meets the key, and
 * then the answer, of somebody else.
 */
export function idempotencyKeyHash(
  principal: Principal,
  { method, path }: { readonly method: string; readonly path: string },
  key: string,
): string {
  const { kind, id } = actorOf(principal);
  return sha256Hex(JSON.stringify([kind, id, method, path, key]));
}
