import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumns, ascii, dropColumns } from '../src/platform/database/migration-kit.js';

const columns = {
  ground: ascii(16, { nullable: true }),
  ground_id: ascii(36, { nullable: true }),
} as const;

/** Why a label moved: by itself, with a publish, by a promotion, a release or a rollback. */
export class KeepGroundsOfLabelMoves1780000004000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumns(runner, 'label_moves', columns);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropColumns(runner, 'label_moves', columns);
  }
}
