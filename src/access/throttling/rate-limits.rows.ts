import { ascii, defineRows, integer, time } from '../../platform/database/index.js';

export interface RateLimitRow {
  keyHash: string;
  points: number;
  expiresAt: number;
}

export const rateLimitRows = defineRows<RateLimitRow>('rate_limits', {
  columns: { keyHash: ascii(64, { primary: true }), points: integer(), expiresAt: time() },
  indexes: { ix_rate_limits_expiry: ['expiresAt'] },
});
