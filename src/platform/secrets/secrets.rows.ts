import { ascii, defineRows, id, longText, time } from '../database/index.js';

export interface SecretRow {
  id: string;
  ownerTable: string;
  ownerRow: string;
  field: string;
  projectId: string | null;
  /** The key id inside `sealed`, to find what is to be rotated. */
  keyId: string;
  sealed: string;
  createdAt: number;
  updatedAt: number;
}

/** Every secret of the program that must be read again, whatever it belongs to. */
export const secretRows = defineRows<SecretRow>('secrets', {
  columns: {
    id: id({ primary: true }),
    ownerTable: ascii(64),
    ownerRow: ascii(64),
    field: ascii(64),
    projectId: id({ nullable: true }),
    keyId: ascii(16),
    sealed: longText(),
    createdAt: time(),
    updatedAt: time(),
  },
  uniques: { uq_secrets_place: ['ownerTable', 'ownerRow', 'field'] },
  indexes: { ix_secrets_key: ['keyId', 'id'], ix_secrets_project: ['projectId'] },
  foreignKeys: [
    { name: 'fk_secrets_project', columns: ['projectId'], references: 'projects', on: ['id'] },
  ],
});
