import { ascii, defineRows, id, text, time } from '../../platform/database/index.js';

export interface CredentialRow {
  id: string;
  projectId: string;
  name: string;
  provider: string;
  lastFour: string | null;
  createdAt: number;
  createdByKind: string;
  createdById: string | null;
  createdByName: string;
}

export const credentialRows = defineRows<CredentialRow>('credentials', {
  columns: {
    id: id({ primary: true }),
    projectId: id(),
    name: text(100),
    provider: ascii(64),
    lastFour: text(4, { nullable: true }),
    createdAt: time(),
    createdByKind: ascii(16),
    createdById: ascii(36, { nullable: true }),
    createdByName: text(255),
  },
  uniques: { uq_credentials_name: ['projectId', 'name'] },
  foreignKeys: [
    { name: 'fk_credentials_project', columns: ['projectId'], references: 'projects', on: ['id'] },
  ],
});
