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
  text,
  time,
} from '../src/platform/database/migration-kit.js';

const tables: Tables = {
  webhooks: {
    columns: {
      id: id({ primary: true }),
      project_id: id(),
      project_name: ascii(100),
      url: text(2048),
      events: longText(),
      prompts: longText(),
      description: text(500, { nullable: true }),
      secret_last_four: ascii(4),
      previous_secret_expires_at: time({ nullable: true }),
      disabled_reason: ascii(16, { nullable: true }),
      disabled_at: time({ nullable: true }),
      revision: bigint(),
      pending: integer(),
      due_at: time({ nullable: true }),
      claimed_by: id({ nullable: true }),
      claimed_until: time({ nullable: true }),
      created_at: time(),
      created_by_kind: ascii(16),
      created_by_id: ascii(36, { nullable: true }),
      created_by_name: text(255),
      updated_at: time(),
      deleted_at: time({ nullable: true }),
    },
    indexes: { ix_webhooks_project: ['project_id', 'id'], ix_webhooks_due: ['due_at'] },
    foreignKeys: [
      { name: 'fk_webhooks_project', columns: ['project_id'], references: 'projects', on: ['id'] },
    ],
  },
  webhook_deliveries: {
    columns: {
      id: id({ primary: true }),
      webhook_id: id(),
      revision: bigint(),
      position: integer(),
      type: ascii(64),
      payload: longText(),
      status: ascii(16),
      tries: integer(),
      attempt_count: integer(),
      attempts: longText(),
      created_at: time(),
      ended_at: time({ nullable: true }),
    },
    uniques: { uq_webhook_deliveries_event: ['webhook_id', 'revision', 'position'] },
    indexes: {
      ix_webhook_deliveries_queue: ['webhook_id', 'status', 'revision', 'position'],
      ix_webhook_deliveries_ended: ['ended_at'],
    },
    foreignKeys: [
      {
        name: 'fk_webhook_deliveries_webhook',
        columns: ['webhook_id'],
        references: 'webhooks',
        on: ['id'],
      },
    ],
  },
};

/** Addresses that are told of changes, and what each is told. */
export class CreateWebhooks1780000014000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, tables);
  }
}
