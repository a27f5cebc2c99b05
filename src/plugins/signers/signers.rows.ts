import { ascii, defineRows, id, longText, text, time } from '../../platform/database/index.js';

export interface SignerRow {
  id: string;
  keyId: string;
  publicKey: string;
  label: string;
  /** JSON arrays, both. */
  names: string;
  capabilities: string;
  status: string;
  validFrom: number | null;
  validUntil: number | null;
  createdAt: number;
  createdByKind: string;
  createdById: string | null;
  createdByName: string;
  updatedAt: number;
}

export const signerRows = defineRows<SignerRow>('plugin_signers', {
  columns: {
    id: id({ primary: true }),
    keyId: ascii(43),
    publicKey: ascii(43),
    label: text(200),
    names: longText(),
    capabilities: longText(),
    status: ascii(16),
    validFrom: time({ nullable: true }),
    validUntil: time({ nullable: true }),
    createdAt: time(),
    createdByKind: ascii(16),
    createdById: ascii(36, { nullable: true }),
    createdByName: text(255),
    updatedAt: time(),
  },
  uniques: { uq_plugin_signers_key: ['keyId'] },
});
