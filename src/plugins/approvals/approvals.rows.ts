import {
  ascii,
  defineRows,
  id,
  integer,
  longText,
  text,
  time,
} from '../../platform/database/index.js';

export interface ApprovalRow {
  id: string;
  name: string;
  treeDigest: string;
  keyId: string;
  version: string;
  releaseSeq: number;
  /** A JSON array. */
  granted: string;
  /** A JSON array; null for approvals from before there was the column, until the plugin is read. */
  guards: string | null;
  approvedAt: number;
  approvedByKind: string;
  approvedById: string | null;
  approvedByName: string;
  withdrawnAt: number | null;
}

export const approvalRows = defineRows<ApprovalRow>('plugin_approvals', {
  columns: {
    id: id({ primary: true }),
    name: ascii(64),
    treeDigest: ascii(71),
    keyId: ascii(43),
    version: ascii(64),
    releaseSeq: integer(),
    granted: longText(),
    guards: longText({ nullable: true }),
    approvedAt: time(),
    approvedByKind: ascii(16),
    approvedById: ascii(36, { nullable: true }),
    approvedByName: text(255),
    withdrawnAt: time({ nullable: true }),
  },
  uniques: { uq_plugin_approvals_tree: ['name', 'treeDigest', 'keyId'] },
  indexes: { ix_plugin_approvals_key: ['keyId'] },
  foreignKeys: [
    {
      name: 'fk_plugin_approvals_signer',
      columns: ['keyId'],
      references: 'plugin_signers',
      on: ['keyId'],
    },
  ],
});
