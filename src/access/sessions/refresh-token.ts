import { randomBytes } from 'node:crypto';
import { sha256Hex } from '../../platform/crypto/index.js';

const tokenBytes = 32;
const shape = /^[\w-]{43}$/;

/** A new refresh token: 256 random bits in base64url, which say nothing about anybody. */
export function mintRefreshToken(): string {
  return randomBytes(tokenBytes).toString('base64url');
}

/** What is stored of it. A fast hash is enough for what cannot be guessed. */
export function refreshTokenHash(token: string): string {
  return sha256Hex(token);
}

export function isRefreshTokenShaped(text: string): boolean {
  return shape.test(text);
}
