import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  ascii,
  createTables,
  dropTables,
  id,
  integer,
  longText,
  type Tables,
  time,
} from '../src/platform/database/migration-kit.js';

const tables: Tables = {
  plugin_modal_sessions: {
    columns: {
      id: id({ primary: true }),
      plugin: ascii(64),
      tree_digest: ascii(71),
      modal: ascii(64),
      role: ascii(16),
      project_id: id(),
      user_id: id(),
      slot: integer({ nullable: true }),
      status: ascii(16),
      version: integer(),
      state: longText(),
      controls: longText(),
      step: id({ nullable: true }),
      step_until: time(),
      idle_ms: integer(),
      idle_at: time(),
      expires_at: time(),
      created_at: time(),
      updated_at: time(),
    },
    uniques: { uq_plugin_modal_sessions_slot: ['user_id', 'slot'] },
    indexes: {
      ix_plugin_modal_sessions_idle: ['idle_at'],
      ix_plugin_modal_sessions_project: ['project_id'],
    },
    foreignKeys: [
      {
        name: 'fk_plugin_modal_sessions_project',
        columns: ['project_id'],
        references: 'projects',
        on: ['id'],
      },
      {
        name: 'fk_plugin_modal_sessions_user',
        columns: ['user_id'],
        references: 'users',
        on: ['id'],
      },
    ],
  },
};

/** What users are doing in the modals of plugins. */
export class CreatePluginModals1780000018000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, tables);
  }
}
