import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  ascii,
  createTables,
  dialectOf,
  dropTables,
  protectTable,
  type Tables,
  time,
  unprotectTable,
} from '../src/platform/database/migration-kit.js';

const tables: Tables = {
  signing_keys: {
    columns: {
      key_id: ascii(64, { primary: true }),
      purpose: ascii(32),
      public_key: ascii(64),
      first_used_at: time(),
    },
  },
  // Points to the keys in use, which makes TRUNCATE of the keys fail on MySQL.
  current_signing_keys: {
    columns: {
      purpose: ascii(32, { primary: true }),
      key_id: ascii(64, { nullable: true }),
    },
    foreignKeys: [
      {
        name: 'fk_current_signing_keys_key',
        columns: ['key_id'],
        references: 'signing_keys',
        on: ['key_id'],
      },
    ],
  },
};

/** The public keys of signatures that outlive a seed. */
export class CreateSigningKeys1780000006000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables);
    await protectTable(runner, dialectOf(runner), {
      table: 'signing_keys',
      columns: Object.keys(tables.signing_keys?.columns ?? {}),
      keys: [['key_id']],
    });
    // Instances that start at the same time lock these rows, so they have to be there.
    for (const purpose of ['audit-checkpoint', 'version']) {
      await runner.query(
        `INSERT INTO current_signing_keys (purpose, key_id)
         SELECT '${purpose}', NULL
         WHERE NOT EXISTS (SELECT 1 FROM current_signing_keys WHERE purpose = '${purpose}')`,
      );
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await unprotectTable(runner, dialectOf(runner), 'signing_keys');
    await dropTables(runner, tables);
  }
}
