import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  ascii,
  createTables,
  dropTables,
  id,
  integer,
  longText,
  type Tables,
  text,
  time,
} from '../src/platform/database/migration-kit.js';

const tables: Tables = {
  plugin_signers: {
    columns: {
      id: id({ primary: true }),
      key_id: ascii(43),
      public_key: ascii(43),
      label: text(200),
      names: longText(),
      capabilities: longText(),
      status: ascii(16),
      valid_from: time({ nullable: true }),
      valid_until: time({ nullable: true }),
      created_at: time(),
      created_by_kind: ascii(16),
      created_by_id: ascii(36, { nullable: true }),
      created_by_name: text(255),
      updated_at: time(),
    },
    uniques: { uq_plugin_signers_key: ['key_id'] },
  },
  plugin_approvals: {
    columns: {
      id: id({ primary: true }),
      name: ascii(64),
      tree_digest: ascii(71),
      key_id: ascii(43),
      version: ascii(64),
      release_seq: integer(),
      granted: longText(),
      approved_at: time(),
      approved_by_kind: ascii(16),
      approved_by_id: ascii(36, { nullable: true }),
      approved_by_name: text(255),
      withdrawn_at: time({ nullable: true }),
    },
    uniques: { uq_plugin_approvals_tree: ['name', 'tree_digest', 'key_id'] },
    indexes: { ix_plugin_approvals_key: ['key_id'] },
    foreignKeys: [
      {
        name: 'fk_plugin_approvals_signer',
        columns: ['key_id'],
        references: 'plugin_signers',
        on: ['key_id'],
      },
    ],
  },
};

/** Keys that plugins may be signed with, and the bytes that were approved. */
export class CreatePluginTrust1780000015000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, tables);
  }
}
