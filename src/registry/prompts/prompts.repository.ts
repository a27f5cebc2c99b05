import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { actorOf, type OperationContext } from '../../platform/authorization/index.js';
import { newId } from '../../platform/crypto/index.js';
import { actorColumns, actorFrom, Database, statement } from '../../platform/database/index.js';
import { Clock } from '../../platform/time/index.js';
import { PromptGramsRepository } from '../search/prompt-grams.repository.js';
import { searchText } from '../search/search-text.js';
import type { Prompt, TaggedPrompt } from './prompt.js';
import { type PromptRow, promptRows, promptTagRows } from './prompts.rows.js';

export interface NewPrompt {
  readonly projectId: string;
  readonly name: string;
  readonly description: string | null;
  readonly owner: string | null;
}

export interface PromptChanges {
  readonly description?: string | null;
  readonly owner?: string | null;
  readonly archived?: boolean;
}

const tagsOfOne = statement(
  'SELECT t.tag AS "tag" FROM prompt_tags t WHERE t.prompt_id = ? ORDER BY t.tag',
);

@Injectable()
export class PromptsRepository {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly grams: PromptGramsRepository,
  ) {}

  /**
   * The prompt of this name, made when there is none, and locked until the transaction ends. The
   * lock comes before anything else is read, so that what is read next is not stale.
   */
  async lockOrInsert(
    tx: OperationContext,
    prompt: NewPrompt,
  ): Promise<{ readonly prompt: Prompt; readonly created: boolean }> {
    const { projectId, name } = prompt;
    const there = await this.lock(tx, projectId, name);
    if (there) return { prompt: there, created: false };
    const id = newId();
    await this.insertUnlessThere(tx, id, prompt);
    const locked = await this.lock(tx, projectId, name);
    if (!locked) throw new Error('a prompt that was just inserted is gone');
    const created = locked.id === id;
    if (created) await this.grams.insert(tx, id, searchTextOf(locked));
    return { prompt: locked, created };
  }

  /** Somebody else may insert it at the same time, which is waited for. */
  private async insertUnlessThere(
    tx: OperationContext,
    id: string,
    prompt: NewPrompt,
  ): Promise<void> {
    const at = this.clock.nowMs();
    const actor = actorOf(tx.principal);
    await this.database
      .rows(tx, promptRows)
      .createQueryBuilder()
      .insert()
      .values({
        id,
        ...prompt,
        searchText: searchTextOf(prompt),
        versionCount: 0,
        createdAt: at,
        ...actorColumns('createdBy', actor),
        updatedAt: at,
        ...actorColumns('updatedBy', actor),
        archivedAt: null,
      })
      .orUpdate(['project_id'], ['project_id', 'name'])
      .execute();
  }

  /** The prompt, locked until the transaction ends. */
  async lock(tx: OperationContext, projectId: string, name: string): Promise<Prompt | undefined> {
    const row = await this.database.lock(tx, promptRows, { projectId, name });
    return row ? promptFrom(row) : undefined;
  }

  async find(
    ctx: OperationContext,
    projectId: string,
    name: string,
  ): Promise<TaggedPrompt | undefined> {
    const row = await this.database.rows(ctx, promptRows).findOneBy({ projectId, name });
    return row ? this.withTags(ctx, promptFrom(row)) : undefined;
  }

  /** As it is now, for a transaction that holds its lock and has changed it. */
  async get(ctx: OperationContext, id: string): Promise<TaggedPrompt> {
    const row = await this.database.rows(ctx, promptRows).findOneBy({ id });
    if (!row) throw new Error('a prompt that was just found is gone');
    return this.withTags(ctx, promptFrom(row));
  }

  /** The id alone. */
  async findId(
    ctx: OperationContext,
    projectId: string,
    name: string,
  ): Promise<string | undefined> {
    const row = await this.database
      .rows(ctx, promptRows)
      .findOne({ select: { id: true }, where: { projectId, name } });
    return row?.id;
  }

  async update(tx: OperationContext, prompt: Prompt, changes: PromptChanges): Promise<void> {
    const at = this.clock.nowMs();
    const { description = prompt.description, owner = prompt.owner } = changes;
    const before = searchTextOf(prompt);
    const after = searchTextOf({ ...prompt, description });
    if (after !== before) await this.grams.update(tx, prompt.id, { before, after });
    await this.database.rows(tx, promptRows).update(
      { id: prompt.id },
      {
        description,
        owner,
        searchText: after,
        updatedAt: at,
        ...actorColumns('updatedBy', actorOf(tx.principal)),
        ...(changes.archived !== undefined && { archivedAt: changes.archived ? at : null }),
      },
    );
  }

  /** Counts one more version; answers its ordinal. The prompt must be locked. */
  async countVersion(tx: OperationContext, prompt: Prompt): Promise<number> {
    const ordinal = prompt.versionCount + 1;
    await this.database.update(
      tx,
      promptRows,
      { id: prompt.id },
      {
        versionCount: ordinal,
        updatedAt: this.clock.nowMs(),
        ...actorColumns('updatedBy', actorOf(tx.principal)),
      },
    );
    return ordinal;
  }

  async replaceTags(tx: OperationContext, prompt: Prompt, tags: readonly string[]): Promise<void> {
    const rows = this.database.rows(tx, promptTagRows);
    await rows.delete({ promptId: prompt.id });
    if (tags.length === 0) return;
    await rows.insert(
      tags.map((tag) => ({ promptId: prompt.id, tag, projectId: prompt.projectId })),
    );
  }

  /** Tags by prompt id, sorted. */
  async tagsOf(
    ctx: OperationContext,
    promptIds: readonly string[],
  ): Promise<ReadonlyMap<string, readonly string[]>> {
    if (promptIds.length === 0) return new Map();
    const rows = await this.database
      .rows(ctx, promptTagRows)
      .find({ where: { promptId: In([...promptIds]) }, order: { tag: 'ASC' } });
    const byPrompt = Map.groupBy(rows, (row) => row.promptId);
    return new Map([...byPrompt].map(([id, tags]) => [id, tags.map(({ tag }) => tag)]));
  }

  async withTags(ctx: OperationContext, prompt: Prompt): Promise<TaggedPrompt> {
    const tags = await this.database.query<{ tag: string }>(ctx, tagsOfOne, [prompt.id]);
    return { ...prompt, tags: tags.map(({ tag }) => tag) };
  }
}

function searchTextOf({ name, description }: Pick<Prompt, 'name' | 'description'>): string {
  return searchText(name, description);
}

export function promptFrom(row: PromptRow): Prompt {
  return {
    id: row.id,
    projectId: row.projectId,
    name: row.name,
    description: row.description,
    owner: row.owner,
    versionCount: row.versionCount,
    archived: row.archivedAt !== null,
    createdAtMs: row.createdAt,
    createdBy: actorFrom(row, 'createdBy'),
    updatedAtMs: row.updatedAt,
    updatedBy: actorFrom(row, 'updatedBy'),
  };
}
