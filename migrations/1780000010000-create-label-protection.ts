import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  ascii,
  bigint,
  boolean,
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
  label_policies: {
    columns: {
      project_id: id({ primary: true }),
      label: ascii(63, { primary: true }),
      movers: longText(),
      approvals: integer(),
      requires_expected: boolean(),
      soak_label: ascii(63, { nullable: true }),
      soak_ms: bigint({ nullable: true }),
      updated_at: time(),
      updated_by_kind: ascii(16),
      updated_by_id: ascii(36, { nullable: true }),
      updated_by_name: text(255),
    },
    foreignKeys: [
      {
        name: 'fk_label_policies_project',
        columns: ['project_id'],
        references: 'projects',
        on: ['id'],
      },
    ],
  },
  promotions: {
    columns: {
      id: id({ primary: true }),
      project_id: id(),
      status: ascii(16),
      reason: text(2000),
      required_approvals: integer(),
      requested_as: ascii(16),
      requested_at: time(),
      requested_by_kind: ascii(16),
      requested_by_id: ascii(36, { nullable: true }),
      requested_by_name: text(255),
      decided_at: time({ nullable: true }),
      decided_by_kind: ascii(16, { nullable: true }),
      decided_by_id: ascii(36, { nullable: true }),
      decided_by_name: text(255, { nullable: true }),
      decision_reason: text(2000, { nullable: true }),
    },
    indexes: {
      ix_promotions_project: ['project_id', 'id'],
      ix_promotions_status: ['project_id', 'status', 'id'],
    },
    foreignKeys: [
      {
        name: 'fk_promotions_project',
        columns: ['project_id'],
        references: 'projects',
        on: ['id'],
      },
    ],
  },
  promotion_moves: {
    columns: {
      promotion_id: id({ primary: true }),
      prompt_id: id({ primary: true }),
      label: ascii(63, { primary: true }),
      from_version: ascii(64, { nullable: true }),
      to_version: ascii(64, { nullable: true }),
    },
    indexes: { ix_promotion_moves_label: ['prompt_id', 'label'] },
    foreignKeys: [
      {
        name: 'fk_promotion_moves_promotion',
        columns: ['promotion_id'],
        references: 'promotions',
        on: ['id'],
      },
      {
        name: 'fk_promotion_moves_prompt',
        columns: ['prompt_id'],
        references: 'prompts',
        on: ['id'],
      },
    ],
  },
  promotion_approvals: {
    columns: {
      promotion_id: id({ primary: true }),
      user_id: id({ primary: true }),
      username: text(255),
      comment: text(2000, { nullable: true }),
      approved_at: time(),
    },
    foreignKeys: [
      {
        name: 'fk_promotion_approvals_promotion',
        columns: ['promotion_id'],
        references: 'promotions',
        on: ['id'],
      },
    ],
  },
};

/** What protects labels, and the promotions that move them with approvals. */
export class CreateLabelProtection1780000010000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, tables);
  }
}
