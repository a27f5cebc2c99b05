import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  ascii,
  createTables,
  dropTables,
  id,
  longText,
  type Tables,
  text,
  time,
} from '../src/platform/database/migration-kit.js';

const tables: Tables = {
  secrets: {
    columns: {
      id: id({ primary: true }),
      owner_table: ascii(64),
      owner_row: ascii(64),
      field: ascii(64),
      project_id: id({ nullable: true }),
      key_id: ascii(16),
      sealed: longText(),
      created_at: time(),
      updated_at: time(),
    },
    uniques: { uq_secrets_place: ['owner_table', 'owner_row', 'field'] },
    indexes: { ix_secrets_key: ['key_id', 'id'], ix_secrets_project: ['project_id'] },
    foreignKeys: [
      { name: 'fk_secrets_project', columns: ['project_id'], references: 'projects', on: ['id'] },
    ],
  },
  credentials: {
    columns: {
      id: id({ primary: true }),
      project_id: id(),
      name: text(100),
      provider: ascii(64),
      last_four: text(4, { nullable: true }),
      created_at: time(),
      created_by_kind: ascii(16),
      created_by_id: ascii(36, { nullable: true }),
      created_by_name: text(255),
    },
    uniques: { uq_credentials_name: ['project_id', 'name'] },
    foreignKeys: [
      {
        name: 'fk_credentials_project',
        columns: ['project_id'],
        references: 'projects',
        on: ['id'],
      },
    ],
  },
};

/** Secrets at rest, encrypted, and the first things that have one: credentials of providers. */
export class CreateSecrets1780000007000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, tables);
  }
}
