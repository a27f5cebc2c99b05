import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  ascii,
  bigint,
  createTables,
  dialectOf,
  dropTables,
  protectTable,
  type Tables,
  time,
  unprotectTable,
} from '../src/platform/database/migration-kit.js';

const tables: Tables = {
  audit_checkpoints: {
    columns: {
      sequence: bigint({ primary: true }),
      hash: ascii(71),
      at: time(),
      key_id: ascii(64),
      signature: ascii(128),
    },
  },
  // Points to the last one sent, which also makes TRUNCATE fail on MySQL.
  audit_checkpoint_exports: {
    columns: { target: ascii(71, { primary: true }), sequence: bigint() },
    foreignKeys: [
      {
        name: 'fk_audit_checkpoint_exports_last',
        columns: ['sequence'],
        references: 'audit_checkpoints',
        on: ['sequence'],
      },
    ],
  },
};

/** Signed checkpoints of the audit trail, and how far they were sent out. */
export class CreateAuditCheckpoints1780000005000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables);
    await protectTable(runner, dialectOf(runner), {
      table: 'audit_checkpoints',
      columns: Object.keys(tables.audit_checkpoints?.columns ?? {}),
      keys: [['sequence']],
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await unprotectTable(runner, dialectOf(runner), 'audit_checkpoints');
    await dropTables(runner, tables);
  }
}
