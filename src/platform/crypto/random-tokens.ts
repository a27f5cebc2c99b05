import { randomInt } from 'node:crypto';

export const base62Alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/**
 * Secret text from the system's random source, each character equally likely: 22 characters carry
 * 130 bits, 32 carry 190.
 */
export function randomBase62(length: number): string {
  // SECURITY: randomInt rejects what would bias the draw; a byte modulo 62 would favour eight letters.
  return Array.from({ length }, () => base62Alphabet.charAt(randomInt(62))).join('');
}
