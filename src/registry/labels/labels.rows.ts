import { ascii, bigint, defineRows, id, text, time } from '../../platform/database/index.js';

/** Where a label points now; `moveId` is the journal row that put it there. */
export interface LabelRow {
  promptId: string;
  name: string;
  versionId: string;
  moveId: string;
}

export const labelRows = defineRows<LabelRow>('labels', {
  columns: {
    promptId: id({ primary: true }),
    name: ascii(63, { primary: true }),
    versionId: id(),
    moveId: id(),
  },
  indexes: { ix_labels_version: ['versionId'] },
  foreignKeys: [
    { name: 'fk_labels_prompt', columns: ['promptId'], references: 'prompts', on: ['id'] },
    { name: 'fk_labels_version', columns: ['versionId'], references: 'versions', on: ['id'] },
    { name: 'fk_labels_move', columns: ['moveId'], references: 'label_moves', on: ['id'] },
  ],
});

/** The journal: one row per move for ever. A removal is a move to no version. */
export interface LabelMoveRow {
  id: string;
  projectId: string;
  promptId: string;
  label: string;
  /** Counts the moves of one label of one prompt from 1, removals included, and never restarts. */
  move: number;
  fromVersionId: string | null;
  fromVersion: string | null;
  toVersionId: string | null;
  toVersion: string | null;
  reason: string | null;
  /** Null in rows from before grounds were kept. */
  ground: string | null;
  groundId: string | null;
  movedAt: number;
  movedByKind: string;
  movedById: string | null;
  movedByName: string;
}

export const labelMoveRows = defineRows<LabelMoveRow>('label_moves', {
  columns: {
    id: id({ primary: true }),
    projectId: id(),
    promptId: id(),
    label: ascii(63),
    move: bigint(),
    fromVersionId: id({ nullable: true }),
    fromVersion: ascii(64, { nullable: true }),
    toVersionId: id({ nullable: true }),
    toVersion: ascii(64, { nullable: true }),
    reason: text(2000, { nullable: true }),
    ground: ascii(16, { nullable: true }),
    groundId: ascii(36, { nullable: true }),
    movedAt: time(),
    movedByKind: ascii(16),
    movedById: ascii(36, { nullable: true }),
    movedByName: text(255),
  },
  uniques: { uq_label_moves_number: ['promptId', 'label', 'move'] },
  foreignKeys: [
    { name: 'fk_label_moves_prompt', columns: ['promptId'], references: 'prompts', on: ['id'] },
    { name: 'fk_label_moves_from', columns: ['fromVersionId'], references: 'versions', on: ['id'] },
    { name: 'fk_label_moves_to', columns: ['toVersionId'], references: 'versions', on: ['id'] },
  ],
});
