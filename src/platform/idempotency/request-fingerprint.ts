import { createHmac, hkdfSync } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { type Config, CONFIG } from '../config/index.js';
import { canonicalJson } from '../crypto/index.js';

/** What makes two requests the same one. */
export interface RequestParts {
  /** Path and query as they were sent. */
  readonly url: string;
  /** The parsed JSON body. */
  readonly body: unknown;
}

/**
 * Tells whether a request is the one that was sent before, without a copy of that one.
 *
 * SECURITY: a keyed hash, because a body may hold a password, and whoever reads the table could try
 * passwords against a plain one as fast as SHA-256 goes.
 */
@Injectable()
export class RequestFingerprint {
  private readonly key: Uint8Array;
  /** Of instances that have another secret key, while it is being changed. */
  private readonly otherKeys: readonly Uint8Array[];

  constructor(@Inject(CONFIG) { secretKey, secretKeysOld = [] }: Config) {
    this.key = deriveKey(secretKey);
    this.otherKeys = secretKeysOld.map(deriveKey);
  }

  of(request: RequestParts): string {
    return fingerprint(this.key, request);
  }

  matches(request: RequestParts, kept: string): boolean {
    return [this.key, ...this.otherKeys].some((key) => fingerprint(key, request) === kept);
  }
}

function deriveKey(secretKey: Uint8Array): Uint8Array {
  return Buffer.from(hkdfSync('sha256', secretKey, '', 'promptd/idempotency/v1', 32));
}

function fingerprint(key: Uint8Array, { url, body }: RequestParts): string {
  const text = canonicalJson([url, body ?? null]);
  return createHmac('sha256', key).update(text).digest('hex');
}
