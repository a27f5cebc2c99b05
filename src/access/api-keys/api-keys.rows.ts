import { ascii, defineRows, id, longText, text, time } from '../../platform/database/index.js';

export interface ApiKeyRow {
  id: string;
  projectId: string;
  name: string;
  prefix: string;
  keyHash: string;
  /** What it was before it was rotated; works until `previousExpiresAt`. */
  previousKeyHash: string | null;
  previousExpiresAt: number | null;
  /** JSON arrays, all three. */
  verbs: string;
  prompts: string;
  labels: string;
  createdAt: number;
  createdByKind: string;
  createdById: string | null;
  createdByName: string;
  expiresAt: number | null;
  lastUsedAt: number | null;
  revokedAt: number | null;
}

export const apiKeyRows = defineRows<ApiKeyRow>('api_keys', {
  columns: {
    id: id({ primary: true }),
    projectId: id(),
    name: text(100),
    prefix: ascii(16),
    keyHash: ascii(64),
    previousKeyHash: ascii(64, { nullable: true }),
    previousExpiresAt: time({ nullable: true }),
    verbs: longText(),
    prompts: longText(),
    labels: longText(),
    createdAt: time(),
    createdByKind: ascii(16),
    createdById: ascii(36, { nullable: true }),
    createdByName: text(255),
    expiresAt: time({ nullable: true }),
    lastUsedAt: time({ nullable: true }),
    revokedAt: time({ nullable: true }),
  },
  uniques: { uq_api_keys_hash: ['keyHash'] },
  indexes: {
    ix_api_keys_project: ['projectId'],
    ix_api_keys_previous_hash: ['previousKeyHash'],
  },
  foreignKeys: [
    { name: 'fk_api_keys_project', columns: ['projectId'], references: 'projects', on: ['id'] },
  ],
});
