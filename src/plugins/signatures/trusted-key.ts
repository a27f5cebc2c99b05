import type { Capability } from '../package/manifest.js';

/**
 * `active` signs; `retired` signs nothing new, and what was approved goes on; `revoked` is never
 * believed again, nor anything it ever signed.
 */
export const keyStatuses = ['active', 'retired', 'revoked'] as const;
export type KeyStatus = (typeof keyStatuses)[number];

/** A public key and what it may vouch for. */
export interface TrustedKey {
  readonly keyId: string;
  /** 32 bytes in base64url. */
  readonly publicKey: string;
  readonly status: KeyStatus;
  /** `*`, a plugin's name, or the beginning of names followed by `*`. */
  readonly names: readonly string[];
  /** The most that a plugin it signs may ask for. */
  readonly capabilities: readonly Capability[];
  readonly validFromMs: number | null;
  /** A hard end: from then on nothing it signed is loaded. */
  readonly validUntilMs: number | null;
}

/**
 * Whether it can be the id of a key. What is not is no question for a database: some answer a NUL with
 * an error, and some take a trailing space for nothing.
 */
export function isKeyId(text: string): boolean {
  return /^[A-Za-z0-9_-]{43}$/.test(text);
}

const pattern = /^(?:\*|[a-z0-9][a-z0-9.-]{0,63}\*?)$/;

export function isNamePattern(text: string): boolean {
  return pattern.test(text);
}

export function matchesNamePatterns(patterns: readonly string[], name: string): boolean {
  return patterns.some((one) =>
    one.endsWith('*') ? name.startsWith(one.slice(0, -1)) : name === one,
  );
}
