import { ascii, defineRows, longText, time } from '../database/index.js';

export interface IdempotencyKeyRow {
  /** Of caller, route and key together; the key itself is not kept. */
  keyHash: string;
  /** Of everything the request asked for. */
  fingerprint: string;
  createdAt: number;
  expiresAt: number;
  /** JSON; null until the request was answered. */
  answer: string | null;
}

export const idempotencyKeyRows = defineRows<IdempotencyKeyRow>('idempotency_keys', {
  columns: {
    keyHash: ascii(64, { primary: true }),
    fingerprint: ascii(64),
    createdAt: time(),
    expiresAt: time(),
    answer: longText({ nullable: true }),
  },
  indexes: { ix_idempotency_keys_expires: ['expiresAt'] },
});
