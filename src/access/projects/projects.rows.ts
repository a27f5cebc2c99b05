import { ascii, defineRows, id, text, time } from '../../platform/database/index.js';

export interface ProjectRow {
  id: string;
  name: string;
  description: string | null;
  createdAt: number;
  createdByKind: string;
  createdById: string | null;
  createdByName: string;
  updatedAt: number;
  archivedAt: number | null;
}

export const projectRows = defineRows<ProjectRow>('projects', {
  columns: {
    id: id({ primary: true }),
    name: ascii(100),
    description: text(2000, { nullable: true }),
    createdAt: time(),
    createdByKind: ascii(16),
    createdById: ascii(36, { nullable: true }),
    createdByName: text(255),
    updatedAt: time(),
    archivedAt: time({ nullable: true }),
  },
  uniques: { uq_projects_name: ['name'] },
});
