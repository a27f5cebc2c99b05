import {
  ascii,
  defineRows,
  id,
  integer,
  longText,
  text,
  time,
} from '../../platform/database/index.js';

export interface PromptRow {
  id: string;
  projectId: string;
  name: string;
  description: string | null;
  owner: string | null;
  /** What a text search looks through: lower-case, NFKC, made by `searchText`. */
  searchText: string;
  versionCount: number;
  createdAt: number;
  createdByKind: string;
  createdById: string | null;
  createdByName: string;
  updatedAt: number;
  updatedByKind: string;
  updatedById: string | null;
  updatedByName: string;
  archivedAt: number | null;
}

export const promptRows = defineRows<PromptRow>('prompts', {
  columns: {
    id: id({ primary: true }),
    projectId: id(),
    name: ascii(255),
    description: text(2000, { nullable: true }),
    owner: text(255, { nullable: true }),
    searchText: longText(),
    versionCount: integer(),
    createdAt: time(),
    createdByKind: ascii(16),
    createdById: ascii(36, { nullable: true }),
    createdByName: text(255),
    updatedAt: time(),
    updatedByKind: ascii(16),
    updatedById: ascii(36, { nullable: true }),
    updatedByName: text(255),
    archivedAt: time({ nullable: true }),
  },
  uniques: { uq_prompts_name: ['projectId', 'name'] },
  indexes: {
    ix_prompts_updated: ['projectId', 'updatedAt', 'id'],
    ix_prompts_created: ['projectId', 'createdAt', 'id'],
    ix_prompts_by_name: ['name', 'id'],
  },
  foreignKeys: [
    { name: 'fk_prompts_project', columns: ['projectId'], references: 'projects', on: ['id'] },
  ],
});

export interface PromptTagRow {
  promptId: string;
  tag: string;
  projectId: string;
}

export const promptTagRows = defineRows<PromptTagRow>('prompt_tags', {
  columns: {
    promptId: id({ primary: true }),
    tag: text(64, { primary: true }),
    projectId: id(),
  },
  indexes: { ix_prompt_tags_tag: ['projectId', 'tag', 'promptId'] },
  foreignKeys: [
    { name: 'fk_prompt_tags_prompt', columns: ['promptId'], references: 'prompts', on: ['id'] },
  ],
});
