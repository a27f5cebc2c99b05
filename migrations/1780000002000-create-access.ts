import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  ascii,
  boolean,
  createTables,
  dropTables,
  id,
  longText,
  type Tables,
  text,
  time,
} from '../src/platform/database/migration-kit.js';

const tables: Tables = {
  users: {
    columns: {
      id: id({ primary: true }),
      username: text(64),
      email: text(254, { nullable: true }),
      password_hash: ascii(255),
      instance_admin: boolean(),
      must_change_password: boolean(),
      created_at: time(),
      updated_at: time(),
      deactivated_at: time({ nullable: true }),
    },
    uniques: { uq_users_username: ['username'] },
  },
  sessions: {
    columns: {
      id: id({ primary: true }),
      user_id: id(),
      created_at: time(),
      last_used_at: time(),
      expires_at: time(),
      ended_at: time({ nullable: true }),
      end_reason: ascii(32, { nullable: true }),
      ip: ascii(45, { nullable: true }),
      user_agent: text(255, { nullable: true }),
    },
    indexes: { ix_sessions_user: ['user_id'] },
    foreignKeys: [
      { name: 'fk_sessions_user', columns: ['user_id'], references: 'users', on: ['id'] },
    ],
  },
  refresh_tokens: {
    columns: {
      id: id({ primary: true }),
      session_id: id(),
      token_hash: ascii(64),
      created_at: time(),
      expires_at: time(),
      used_at: time({ nullable: true }),
    },
    uniques: { uq_refresh_tokens_hash: ['token_hash'] },
    indexes: { ix_refresh_tokens_session: ['session_id'] },
    foreignKeys: [
      {
        name: 'fk_refresh_tokens_session',
        columns: ['session_id'],
        references: 'sessions',
        on: ['id'],
      },
    ],
  },
  projects: {
    columns: {
      id: id({ primary: true }),
      name: ascii(100),
      description: text(2000, { nullable: true }),
      created_at: time(),
      created_by_kind: ascii(16),
      created_by_id: ascii(36, { nullable: true }),
      created_by_name: text(255),
      updated_at: time(),
      archived_at: time({ nullable: true }),
    },
    uniques: { uq_projects_name: ['name'] },
  },
  members: {
    columns: {
      project_id: id({ primary: true }),
      user_id: id({ primary: true }),
      role: ascii(16),
      created_at: time(),
      updated_at: time(),
    },
    indexes: { ix_members_user: ['user_id'] },
    foreignKeys: [
      { name: 'fk_members_project', columns: ['project_id'], references: 'projects', on: ['id'] },
      { name: 'fk_members_user', columns: ['user_id'], references: 'users', on: ['id'] },
    ],
  },
  api_keys: {
    columns: {
      id: id({ primary: true }),
      project_id: id(),
      name: text(100),
      prefix: ascii(16),
      key_hash: ascii(64),
      verbs: longText(),
      prompts: longText(),
      labels: longText(),
      created_at: time(),
      created_by_kind: ascii(16),
      created_by_id: ascii(36, { nullable: true }),
      created_by_name: text(255),
      expires_at: time({ nullable: true }),
      last_used_at: time({ nullable: true }),
      revoked_at: time({ nullable: true }),
    },
    uniques: { uq_api_keys_hash: ['key_hash'] },
    indexes: { ix_api_keys_project: ['project_id'] },
    foreignKeys: [
      { name: 'fk_api_keys_project', columns: ['project_id'], references: 'projects', on: ['id'] },
    ],
  },
};

/** Users, sessions, projects, members and API keys. */
export class CreateAccess1780000002000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, tables);
  }
}
