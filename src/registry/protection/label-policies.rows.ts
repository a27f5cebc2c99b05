import {
  ascii,
  bigint,
  boolean,
  defineRows,
  id,
  integer,
  longText,
  text,
  time,
} from '../../platform/database/index.js';

export interface LabelPolicyRow {
  projectId: string;
  label: string;
  /** A JSON array. */
  movers: string;
  approvals: number;
  requiresExpected: boolean;
  soakLabel: string | null;
  soakMs: number | null;
  updatedAt: number;
  updatedByKind: string;
  updatedById: string | null;
  updatedByName: string;
}

export const labelPolicyRows = defineRows<LabelPolicyRow>('label_policies', {
  columns: {
    projectId: id({ primary: true }),
    label: ascii(63, { primary: true }),
    movers: longText(),
    approvals: integer(),
    requiresExpected: boolean(),
    soakLabel: ascii(63, { nullable: true }),
    soakMs: bigint({ nullable: true }),
    updatedAt: time(),
    updatedByKind: ascii(16),
    updatedById: ascii(36, { nullable: true }),
    updatedByName: text(255),
  },
  foreignKeys: [
    {
      name: 'fk_label_policies_project',
      columns: ['projectId'],
      references: 'projects',
      on: ['id'],
    },
  ],
});
