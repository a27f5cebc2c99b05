import { ascii, defineRows, time } from '../database/index.js';

export interface SigningKeyRow {
  keyId: string;
  purpose: string;
  publicKey: string;
  firstUsedAt: number;
}

/** Rows that the database keeps from ever changing: a signature is as good as the key it names. */
export const signingKeyRows = defineRows<SigningKeyRow>('signing_keys', {
  columns: {
    keyId: ascii(64, { primary: true }),
    purpose: ascii(32),
    publicKey: ascii(64),
    firstUsedAt: time(),
  },
});

export interface CurrentSigningKeyRow {
  purpose: string;
  keyId: string | null;
}

/** One row for each purpose, from the start; the key is missing until the first instance starts. */
export const currentSigningKeyRows = defineRows<CurrentSigningKeyRow>('current_signing_keys', {
  columns: {
    purpose: ascii(32, { primary: true }),
    keyId: ascii(64, { nullable: true }),
  },
  foreignKeys: [
    {
      name: 'fk_current_signing_keys_key',
      columns: ['keyId'],
      references: 'signing_keys',
      on: ['keyId'],
    },
  ],
});
