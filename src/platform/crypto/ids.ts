import { randomUUIDv7 } from 'node:crypto';

/**
 * A new row id: UUIDv7 (RFC 9562), so ids made later sort later to the millisecond and indexes grow
 * at one end. The clock may step back, so the order of ids proves nothing.
 */
export function newId(): string {
  return randomUUIDv7();
}
