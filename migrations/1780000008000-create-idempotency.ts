import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  ascii,
  createTables,
  dropTables,
  longText,
  type Tables,
  time,
} from '../src/platform/database/migration-kit.js';

const tables: Tables = {
  idempotency_keys: {
    columns: {
      key_hash: ascii(64, { primary: true }),
      fingerprint: ascii(64),
      created_at: time(),
      expires_at: time(),
      answer: longText({ nullable: true }),
    },
    indexes: { ix_idempotency_keys_expires: ['expires_at'] },
  },
};

/** Which requests took effect, and what they were answered. */
export class CreateIdempotency1780000008000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, tables);
  }
}
