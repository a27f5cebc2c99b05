import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  ascii,
  createTables,
  dropTables,
  id,
  type Tables,
  time,
} from '../src/platform/database/migration-kit.js';

const tables: Tables = {
  identities: {
    columns: {
      id: id({ primary: true }),
      user_id: id(),
      issuer: ascii(255),
      subject: ascii(255),
      created_at: time(),
    },
    uniques: { uq_identities_subject: ['issuer', 'subject'] },
    indexes: { ix_identities_user: ['user_id'] },
    foreignKeys: [
      { name: 'fk_identities_user', columns: ['user_id'], references: 'users', on: ['id'] },
    ],
  },
};

/** Who a user is to an identity provider. */
export class CreateIdentities1780000012000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, tables);
  }
}
