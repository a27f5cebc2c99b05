import { Injectable } from '@nestjs/common';
import type { SelectQueryBuilder } from 'typeorm';
import type { OperationContext, ProjectScope } from '../../platform/authorization/index.js';
import { Database } from '../../platform/database/index.js';
import { type Page, pageOf, type PageRequest } from '../../platform/paging/index.js';
import { labelRows } from '../labels/labels.rows.js';
import { namedWithin, startsWith } from '../prompts/name-conditions.js';
import type { TaggedPrompt } from '../prompts/prompt.js';
import { promptFrom, PromptsRepository } from '../prompts/prompts.repository.js';
import {
  type PromptRow,
  promptRows,
  type PromptTagRow,
  promptTagRows,
} from '../prompts/prompts.rows.js';
import {
  positionOf,
  type PromptSearch,
  readPosition,
  readTagPosition,
  sortColumn,
} from './prompt-search.js';
import type { GramRange } from './grams.js';
import { PromptGramsRepository } from './prompt-grams.repository.js';
import { promptGramRows } from './prompt-grams.rows.js';
import { likePattern } from './search-text.js';

export interface FoundPrompt {
  /** Name of its project. */
  readonly project: string;
  readonly prompt: TaggedPrompt;
}

export interface TagCount {
  readonly tag: string;
  /** Live prompts that have it. */
  readonly promptCount: number;
}

/** Lists prompts and tags, never beyond the scope. */
@Injectable()
export class PromptSearchRepository {
  constructor(
    private readonly database: Database,
    private readonly prompts: PromptsRepository,
    private readonly grams: PromptGramsRepository,
  ) {}

  async search(
    ctx: OperationContext,
    scope: ProjectScope,
    search: PromptSearch,
    page: PageRequest,
  ): Promise<Page<FoundPrompt>> {
    const query = this.database
      .rows(ctx, promptRows)
      .createQueryBuilder('prompt')
      // Every prompt has a project; a left join keeps MariaDB from starting with the projects,
      // which would leave it without the index that has the order.
      .leftJoin('projects', 'project', 'project.id = prompt.projectId')
      .addSelect('project.name', 'projectName');
    const rare = await this.grams.findRare(ctx, search.words);
    // DIALECT: knowing nothing of its tables, SQLite would rather walk the project by its index.
    const unordered = rare && this.database.dialect === 'sqlite';
    withinScope(query, unordered ? UNORDERED_PROJECT : 'prompt.projectId', scope);
    if (rare) amongFew(query, rare, this.database.dialect);
    narrow(query, scope, search);
    const total = page.total ? await query.getCount() : undefined;
    continueAfter(query, search, page);
    const { entities, raw } = await query
      .limit(page.limit + 1)
      .getRawAndEntities<{ projectName: string }>();
    const tags = await this.prompts.tagsOf(
      ctx,
      entities.map(({ id }) => id),
    );
    // The join finds one project for each prompt, so both lists have the same order and length.
    const found = entities.map((row, index) => ({
      project: raw[index]?.projectName ?? '',
      prompt: { ...promptFrom(row), tags: tags.get(row.id) ?? [] },
    }));
    return pageOf(found, page.limit, ({ prompt }) => positionOf(prompt, search.sort), total);
  }

  /** The tags of live prompts, by code point. */
  async listTags(
    ctx: OperationContext,
    scope: ProjectScope,
    page: PageRequest,
  ): Promise<Page<TagCount>> {
    const query = this.database
      .rows(ctx, promptTagRows)
      .createQueryBuilder('tagged')
      .innerJoin(promptRows.table, 'prompt', 'prompt.id = tagged.promptId')
      .where('prompt.archivedAt IS NULL');
    withinScope(query, 'tagged.projectId', scope);
    const total = page.total ? await countTags(query) : undefined;
    if (page.after) {
      query.andWhere('tagged.tag > :after', { after: readTagPosition(page.after) });
    }
    const counted = await query
      .select('tagged.tag', 'tag')
      .addSelect('COUNT(*)', 'promptCount')
      .groupBy('tagged.tag')
      .orderBy('tagged.tag', 'ASC')
      .limit(page.limit + 1)
      .getRawMany<{ tag: string; promptCount: string | number }>();
    const found = counted.map(({ tag, promptCount }) => ({
      tag,
      promptCount: Number(promptCount),
    }));
    return pageOf(found, page.limit, ({ tag }) => [tag], total);
  }
}

/** The column of the project, so said that no index has it. */
const UNORDERED_PROJECT = 'COALESCE(prompt.projectId, NULL)';

async function countTags(query: SelectQueryBuilder<PromptTagRow>): Promise<number> {
  const counted = await query
    .clone()
    .select('COUNT(DISTINCT tagged.tag)', 'count')
    .getRawOne<{ count: string | number }>();
  return Number(counted?.count ?? 0);
}

/**
 * SECURITY: keeps the list to the projects and, for an API key, to the prompts of the scope. It is
 * part of the query, so that pages and totals tell nothing about what is outside.
 *
 * @param project the column of the project; the prompts are `prompt`
 */
function withinScope(
  query: SelectQueryBuilder<PromptRow> | SelectQueryBuilder<PromptTagRow>,
  project: 'prompt.projectId' | 'tagged.projectId' | typeof UNORDERED_PROJECT,
  { projects, prompts }: ProjectScope,
): void {
  if (projects !== 'all') {
    if (projects.length === 0) query.andWhere('1 = 0');
    else query.andWhere(`${project} IN (:...projects)`, { projects });
  }
  if (prompts.includes('*')) return;
  query.andWhere(...namedWithin(prompts));
}

/**
 * Keeps the list to the prompts that have something rare. What they are to have besides is still
 * asked. DIALECT: Postgres guesses how many that are, and reads all prompts when it guesses too high;
 * of an array it always takes few.
 */
function amongFew(
  query: SelectQueryBuilder<PromptRow>,
  { from, to }: GramRange,
  dialect: Database['dialect'],
): void {
  const having = query.subQuery().select('gram.promptId').from(promptGramRows.table, 'gram');
  if (from === to) having.where('gram.gram = :from', { from });
  else having.where('gram.gram >= :from AND gram.gram <= :to', { from, to });
  const ids = having.getQuery();
  query
    .andWhere(dialect === 'postgres' ? `prompt.id = ANY(ARRAY${ids})` : `prompt.id IN ${ids}`)
    .setParameters(having.getParameters());
}

function narrow(
  query: SelectQueryBuilder<PromptRow>,
  scope: ProjectScope,
  search: PromptSearch,
): void {
  query.andWhere(`prompt.archivedAt IS ${search.archived ? 'NOT NULL' : 'NULL'}`);
  if (search.project === null) query.andWhere('project.archivedAt IS NULL');
  if (search.prefix !== '') query.andWhere(...startsWith(search.prefix, 'prefix'));
  search.words.forEach((word, index) => {
    query.andWhere(`prompt.searchText LIKE :word${index} ESCAPE '!'`, {
      [`word${index}`]: likePattern(word),
    });
  });
  withTags(query, scope, search);
  if (search.label !== null) {
    const labelled = query
      .subQuery()
      .select('label.promptId')
      .from(labelRows.table, 'label')
      .where('label.name = :label', { label: search.label });
    query.andWhere(`prompt.id IN ${labelled.getQuery()}`);
  }
}

function withTags(
  query: SelectQueryBuilder<PromptRow>,
  { projects }: ProjectScope,
  { tags, match }: PromptSearch,
): void {
  if (tags.length === 0) return;
  const tagged = query
    .subQuery()
    .select('tagged.promptId')
    .from(promptTagRows.table, 'tagged')
    .where('tagged.tag IN (:...tags)', { tags })
    .groupBy('tagged.promptId')
    .having('COUNT(*) >= :needed', { needed: match === 'all' ? tags.length : 1 });
  // The prompts are within the scope already; the index on tags begins with the project.
  if (projects !== 'all' && projects.length > 0) {
    tagged.andWhere('tagged.projectId IN (:...projects)', { projects });
  }
  query.andWhere(`prompt.id IN ${tagged.getQuery()}`);
}

function continueAfter(
  query: SelectQueryBuilder<PromptRow>,
  { sort }: PromptSearch,
  { after }: PageRequest,
): void {
  const { column, direction } = sortColumn(sort);
  query.orderBy(`prompt.${column}`, direction).addOrderBy('prompt.id', direction);
  if (!after) return;
  const beyond = direction === 'ASC' ? '>' : '<';
  // The first half says it all again for the index, which has no use for an OR.
  query.andWhere(
    `prompt.${column} ${beyond}= :value ` +
      `AND (prompt.${column} ${beyond} :value OR prompt.id ${beyond} :id)`,
    readPosition(after, sort),
  );
}
