import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  ascii,
  bigint,
  createTables,
  dropTables,
  id,
  integer,
  longText,
  type Tables,
  time,
} from '../src/platform/database/migration-kit.js';

const tables: Tables = {
  plugin_states: {
    columns: { id: id({ primary: true }), plugin: ascii(64), project_id: id() },
    uniques: { uq_plugin_states_place: ['plugin', 'project_id'] },
    foreignKeys: [
      {
        name: 'fk_plugin_states_project',
        columns: ['project_id'],
        references: 'projects',
        on: ['id'],
      },
    ],
  },
  plugin_values: {
    columns: {
      id: id({ primary: true }),
      state_id: id(),
      name: ascii(128),
      value: longText(),
      bytes: integer(),
      updated_at: time(),
    },
    uniques: { uq_plugin_values_name: ['state_id', 'name'] },
    foreignKeys: [
      {
        name: 'fk_plugin_values_state',
        columns: ['state_id'],
        references: 'plugin_states',
        on: ['id'],
      },
    ],
  },
  plugin_observers: {
    columns: {
      plugin: ascii(64, { primary: true }),
      claimed_by: id({ nullable: true }),
      claimed_until: time(),
      observes_since: time({ nullable: true }),
    },
  },
  plugin_observer_cursors: {
    columns: {
      id: id({ primary: true }),
      plugin: ascii(64),
      project_id: id(),
      revision: bigint(),
      position: integer(),
      tries: integer(),
      due_at: time({ nullable: true }),
    },
    uniques: { uq_plugin_observer_cursors_place: ['plugin', 'project_id'] },
    foreignKeys: [
      {
        name: 'fk_plugin_observer_cursors_observer',
        columns: ['plugin'],
        references: 'plugin_observers',
        on: ['plugin'],
      },
      {
        name: 'fk_plugin_observer_cursors_project',
        columns: ['project_id'],
        references: 'projects',
        on: ['id'],
      },
    ],
  },
};

/** What plugins keep, and how far each has heard of what happened. */
export class CreatePluginState1780000017000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, tables);
  }
}
