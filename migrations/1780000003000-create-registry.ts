import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  ascii,
  bigint,
  boolean,
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
  prompts: {
    columns: {
      id: id({ primary: true }),
      project_id: id(),
      name: ascii(255),
      description: text(2000, { nullable: true }),
      owner: text(255, { nullable: true }),
      search_text: longText(),
      version_count: integer(),
      created_at: time(),
      created_by_kind: ascii(16),
      created_by_id: ascii(36, { nullable: true }),
      created_by_name: text(255),
      updated_at: time(),
      updated_by_kind: ascii(16),
      updated_by_id: ascii(36, { nullable: true }),
      updated_by_name: text(255),
      archived_at: time({ nullable: true }),
    },
    uniques: { uq_prompts_name: ['project_id', 'name'] },
    indexes: {
      ix_prompts_updated: ['project_id', 'updated_at', 'id'],
      ix_prompts_created: ['project_id', 'created_at', 'id'],
      ix_prompts_by_name: ['name', 'id'],
    },
    foreignKeys: [
      { name: 'fk_prompts_project', columns: ['project_id'], references: 'projects', on: ['id'] },
    ],
  },
  prompt_tags: {
    columns: {
      prompt_id: id({ primary: true }),
      tag: text(64, { primary: true }),
      project_id: id(),
    },
    indexes: { ix_prompt_tags_tag: ['project_id', 'tag', 'prompt_id'] },
    foreignKeys: [
      { name: 'fk_prompt_tags_prompt', columns: ['prompt_id'], references: 'prompts', on: ['id'] },
    ],
  },
  versions: {
    columns: {
      id: id({ primary: true }),
      project_id: id(),
      prompt_id: id(),
      ordinal: integer(),
      version: ascii(64),
      semver_sort: ascii(164),
      prerelease: boolean(),
      format: integer(),
      kind: ascii(16),
      content: longText(),
      content_bytes: integer(),
      lock: longText(),
      digest: ascii(71),
      changelog: text(4000, { nullable: true }),
      provenance: longText({ nullable: true }),
      created_at: time(),
      created_by_kind: ascii(16),
      created_by_id: ascii(36, { nullable: true }),
      created_by_name: text(255),
      key_id: ascii(64),
      signature: ascii(128),
    },
    uniques: {
      uq_versions_prompt_version: ['prompt_id', 'version'],
      uq_versions_prompt_ordinal: ['prompt_id', 'ordinal'],
    },
    indexes: {
      ix_versions_precedence: ['prompt_id', 'semver_sort'],
      ix_versions_digest: ['prompt_id', 'digest'],
    },
    foreignKeys: [
      { name: 'fk_versions_project', columns: ['project_id'], references: 'projects', on: ['id'] },
      { name: 'fk_versions_prompt', columns: ['prompt_id'], references: 'prompts', on: ['id'] },
    ],
  },
  // What may still change about a version lives here; the version itself never changes.
  version_states: {
    columns: {
      version_id: id({ primary: true }),
      yanked_at: time({ nullable: true }),
      yank_reason: text(2000, { nullable: true }),
      deprecated_at: time({ nullable: true }),
      deprecation_message: text(2000, { nullable: true }),
      replacement: text(512, { nullable: true }),
    },
    foreignKeys: [
      {
        name: 'fk_version_states_version',
        columns: ['version_id'],
        references: 'versions',
        on: ['id'],
      },
    ],
  },
  purges: {
    columns: {
      version_id: id({ primary: true }),
      reason: text(2000),
      purged_at: time(),
      purged_by_kind: ascii(16),
      purged_by_id: ascii(36, { nullable: true }),
      purged_by_name: text(255),
    },
    foreignKeys: [
      { name: 'fk_purges_version', columns: ['version_id'], references: 'versions', on: ['id'] },
    ],
  },
  label_moves: {
    columns: {
      id: id({ primary: true }),
      project_id: id(),
      prompt_id: id(),
      label: ascii(63),
      move: bigint(),
      from_version_id: id({ nullable: true }),
      from_version: ascii(64, { nullable: true }),
      to_version_id: id({ nullable: true }),
      to_version: ascii(64, { nullable: true }),
      reason: text(2000, { nullable: true }),
      moved_at: time(),
      moved_by_kind: ascii(16),
      moved_by_id: ascii(36, { nullable: true }),
      moved_by_name: text(255),
    },
    uniques: { uq_label_moves_number: ['prompt_id', 'label', 'move'] },
    foreignKeys: [
      { name: 'fk_label_moves_prompt', columns: ['prompt_id'], references: 'prompts', on: ['id'] },
      {
        name: 'fk_label_moves_from',
        columns: ['from_version_id'],
        references: 'versions',
        on: ['id'],
      },
      { name: 'fk_label_moves_to', columns: ['to_version_id'], references: 'versions', on: ['id'] },
    ],
  },
  labels: {
    columns: {
      prompt_id: id({ primary: true }),
      name: ascii(63, { primary: true }),
      version_id: id(),
      move_id: id(),
    },
    indexes: { ix_labels_version: ['version_id'] },
    foreignKeys: [
      { name: 'fk_labels_prompt', columns: ['prompt_id'], references: 'prompts', on: ['id'] },
      { name: 'fk_labels_version', columns: ['version_id'], references: 'versions', on: ['id'] },
      { name: 'fk_labels_move', columns: ['move_id'], references: 'label_moves', on: ['id'] },
    ],
  },
};

const columnsOf = (table: string) => Object.keys(tables[table]?.columns ?? {});

/** Prompts, versions and labels, with what the database itself keeps from changing. */
export class CreateRegistry1780000003000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const dialect = dialectOf(runner);
    await createTables(runner, tables);
    await protectTable(runner, dialect, {
      table: 'versions',
      columns: columnsOf('versions'),
      keys: [['id'], ['prompt_id', 'version'], ['prompt_id', 'ordinal']],
      blank: { column: 'content', permit: 'purges', permitKey: 'version_id' },
    });
    await protectTable(runner, dialect, {
      table: 'purges',
      columns: columnsOf('purges'),
      keys: [['version_id']],
    });
    await protectTable(runner, dialect, {
      table: 'label_moves',
      columns: columnsOf('label_moves'),
      keys: [['id'], ['prompt_id', 'label', 'move']],
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await unprotectTable(runner, dialectOf(runner), 'label_moves');
    await unprotectTable(runner, dialectOf(runner), 'purges');
    await unprotectTable(runner, dialectOf(runner), 'versions');
    await dropTables(runner, tables);
  }
}
