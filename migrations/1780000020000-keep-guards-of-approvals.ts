import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumns, dropColumns, longText } from '../src/platform/database/migration-kit.js';

const columns = { guards: longText({ nullable: true }) } as const;

/** What may not happen while an approved plugin does not serve; null where nobody wrote it down yet. */
export class KeepGuardsOfApprovals1780000020000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumns(runner, 'plugin_approvals', columns);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropColumns(runner, 'plugin_approvals', columns);
  }
}
