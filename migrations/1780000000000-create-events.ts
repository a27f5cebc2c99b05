import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  ascii,
  bigint,
  createTables,
  dropTables,
  id,
  integer,
  longText,
  requireTriggerRights,
  type Tables,
  text,
  time,
} from '../src/platform/database/migration-kit.js';

const tables: Tables = {
  leases: {
    columns: { name: ascii(64, { primary: true }), holder: ascii(36), expires_at: time() },
  },
  project_revisions: { columns: { project_id: id({ primary: true }), revision: bigint() } },
  outbox: {
    columns: {
      project_id: id({ primary: true }),
      revision: bigint({ primary: true }),
      position: integer({ primary: true }),
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
    },
  },
};

/** Revision counters and the outbox; the first counter is that of instance-wide events. */
export class CreateEvents1780000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // The first migration looks ahead, so that a later one does not stop half way.
    await requireTriggerRights(runner);
    await createTables(runner, tables);
    await runner.query(
      `INSERT INTO project_revisions (project_id, revision)
       SELECT '00000000-0000-0000-0000-000000000000', 0
       WHERE NOT EXISTS (SELECT 1 FROM project_revisions)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, tables);
  }
}
