import { ascii, defineRows, id, integer, longText, time } from '../../platform/database/index.js';

export interface ModalSessionRow {
  id: string;
  plugin: string;
  treeDigest: string;
  modal: string;
  role: string;
  projectId: string;
  userId: string;
  /** Which of the sessions that a user may have open; null once it has ended. */
  slot: number | null;
  status: string;
  version: number;
  /** JSON, both. */
  state: string;
  controls: string;
  /** The step that is at work, which alone may write until `stepUntil`. */
  step: string | null;
  stepUntil: number;
  idleMs: number;
  idleAt: number;
  expiresAt: number;
  createdAt: number;
  updatedAt: number;
}

export const modalSessionRows = defineRows<ModalSessionRow>('plugin_modal_sessions', {
  columns: {
    id: id({ primary: true }),
    plugin: ascii(64),
    treeDigest: ascii(71),
    modal: ascii(64),
    role: ascii(16),
    projectId: id(),
    userId: id(),
    slot: integer({ nullable: true }),
    status: ascii(16),
    version: integer(),
    state: longText(),
    controls: longText(),
    step: id({ nullable: true }),
    stepUntil: time(),
    idleMs: integer(),
    idleAt: time(),
    expiresAt: time(),
    createdAt: time(),
    updatedAt: time(),
  },
  uniques: { uq_plugin_modal_sessions_slot: ['userId', 'slot'] },
  indexes: {
    ix_plugin_modal_sessions_idle: ['idleAt'],
    ix_plugin_modal_sessions_project: ['projectId'],
  },
  foreignKeys: [
    {
      name: 'fk_plugin_modal_sessions_project',
      columns: ['projectId'],
      references: 'projects',
      on: ['id'],
    },
    {
      name: 'fk_plugin_modal_sessions_user',
      columns: ['userId'],
      references: 'users',
      on: ['id'],
    },
  ],
});
