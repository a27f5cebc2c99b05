import { ascii, defineRows, id, time } from '../../platform/database/index.js';

export interface MemberRow {
  projectId: string;
  userId: string;
  role: string;
  createdAt: number;
  updatedAt: number;
}

export const memberRows = defineRows<MemberRow>('members', {
  columns: {
    projectId: id({ primary: true }),
    userId: id({ primary: true }),
    role: ascii(16),
    createdAt: time(),
    updatedAt: time(),
  },
  indexes: { ix_members_user: ['userId'] },
  foreignKeys: [
    { name: 'fk_members_project', columns: ['projectId'], references: 'projects', on: ['id'] },
    { name: 'fk_members_user', columns: ['userId'], references: 'users', on: ['id'] },
  ],
});
