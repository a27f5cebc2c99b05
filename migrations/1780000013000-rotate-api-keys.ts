import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  addColumns,
  addIndexes,
  ascii,
  dropColumns,
  dropIndexes,
  time,
} from '../src/platform/database/migration-kit.js';

const columns = {
  previous_key_hash: ascii(64, { nullable: true }),
  previous_expires_at: time({ nullable: true }),
} as const;
const indexes = { ix_api_keys_previous_hash: ['previous_key_hash'] } as const;

/** What an API key was before it was rotated, which works until the overlap ends. */
export class RotateApiKeys1780000013000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumns(runner, 'api_keys', columns);
    await addIndexes(runner, 'api_keys', indexes);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropIndexes(runner, 'api_keys', indexes);
    await dropColumns(runner, 'api_keys', columns);
  }
}
