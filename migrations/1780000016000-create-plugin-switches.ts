import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  ascii,
  createTables,
  dropTables,
  type Tables,
  text,
  time,
} from '../src/platform/database/migration-kit.js';

const tables: Tables = {
  plugin_switches: {
    columns: {
      name: ascii(64, { primary: true }),
      state: ascii(16),
      reason: text(500, { nullable: true }),
      changed_at: time(),
      changed_by_kind: ascii(16),
      changed_by_id: ascii(36, { nullable: true }),
      changed_by_name: text(255),
    },
  },
};

/** Which plugins an admin turned on or off, and which were quarantined. */
export class CreatePluginSwitches1780000016000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, tables);
  }
}
