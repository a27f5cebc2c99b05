import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  ascii,
  createTables,
  dropTables,
  integer,
  type Tables,
  time,
} from '../src/platform/database/migration-kit.js';

const tables: Tables = {
  rate_limits: {
    columns: {
      key_hash: ascii(64, { primary: true }),
      points: integer(),
      expires_at: time(),
    },
    indexes: { ix_rate_limits_expiry: ['expires_at'] },
  },
};

/** What logins have failed lately, which all instances count together. */
export class CreateRateLimits1780000009000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, tables);
  }
}
