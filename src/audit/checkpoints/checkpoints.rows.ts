import { ascii, bigint, defineRows, time } from '../../platform/database/index.js';

export interface CheckpointRow {
  sequence: number;
  hash: string;
  at: number;
  keyId: string;
  signature: string;
}

/** Rows that the database keeps from ever changing. */
export const checkpointRows = defineRows<CheckpointRow>('audit_checkpoints', {
  columns: {
    sequence: bigint({ primary: true }),
    hash: ascii(71),
    at: time(),
    keyId: ascii(64),
    signature: ascii(128),
  },
});

export interface CheckpointExportRow {
  target: string;
  sequence: number;
}

/** The last checkpoint that each place outside has. */
export const checkpointExportRows = defineRows<CheckpointExportRow>('audit_checkpoint_exports', {
  columns: { target: ascii(71, { primary: true }), sequence: bigint() },
  foreignKeys: [
    {
      name: 'fk_audit_checkpoint_exports_last',
      columns: ['sequence'],
      references: 'audit_checkpoints',
      on: ['sequence'],
    },
  ],
});
