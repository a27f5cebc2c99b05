import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  ascii,
  bigint,
  createTables,
  dialectOf,
  dropTables,
  id,
  integer,
  longText,
  protectTable,
  type Tables,
  text,
  time,
  unprotectTable,
} from '../src/platform/database/migration-kit.js';

const tables: Tables = {
  audit_log: {
    columns: {
      sequence: bigint({ primary: true }),
      project_id: id(),
      revision: bigint(),
      position: integer(),
      type: ascii(64),
      at: time(),
      actor_kind: ascii(16),
      actor_id: ascii(36, { nullable: true }),
      actor_name: text(255),
      request_id: text(128),
      ip: ascii(45, { nullable: true }),
      user_agent: text(255, { nullable: true }),
      subject_type: ascii(32),
      subject_id: ascii(128),
      subject_name: text(512),
      before: ascii(71, { nullable: true }),
      after: ascii(71, { nullable: true }),
      data: longText(),
      previous_hash: ascii(71),
      hash: ascii(71),
    },
    uniques: { uq_audit_log_event: ['project_id', 'revision', 'position'] },
    indexes: { ix_audit_log_project: ['project_id', 'sequence'] },
  },
  // Points to the newest row, which makes a cut-off tail visible, and TRUNCATE fail on MySQL.
  audit_head: {
    columns: {
      name: ascii(16, { primary: true }),
      sequence: bigint({ nullable: true }),
      hash: ascii(71),
    },
    foreignKeys: [
      {
        name: 'fk_audit_head_row',
        columns: ['sequence'],
        references: 'audit_log',
        on: ['sequence'],
      },
    ],
  },
  audit_cursors: { columns: { project_id: id({ primary: true }), revision: bigint() } },
};

/** The audit trail: chained rows that the database keeps from changing. */
export class CreateAudit1780000001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables);
    await protectTable(runner, dialectOf(runner), {
      table: 'audit_log',
      columns: Object.keys(tables.audit_log?.columns ?? {}),
      keys: [['sequence'], ['project_id', 'revision', 'position']],
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await unprotectTable(runner, dialectOf(runner), 'audit_log');
    await dropTables(runner, tables);
  }
}
