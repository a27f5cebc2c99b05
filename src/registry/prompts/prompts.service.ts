import { Injectable } from '@nestjs/common';
import {
  type OperationContext,
  Policy,
  type ProjectPermission,
} from '../../platform/authorization/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { Outbox } from '../../platform/events/index.js';
import { type OpenPrompt, PromptAccess } from './prompt-access.js';
import type { TaggedPrompt } from './prompt.js';
import { type PromptChange, promptChanged, promptCreated } from './prompts.events.js';
import { parsePromptName } from './prompt-name.js';
import { PromptPointersRepository } from './prompt-pointers.repository.js';
import type { ViewedPrompt } from './prompt-view.js';
import { promptExists } from './prompts.errors.js';
import { PromptsRepository } from './prompts.repository.js';
import { refuseArchived } from './refuse-archived.js';
import { parseTags } from './tags.js';

export interface PromptFields {
  readonly name: string;
  readonly description: string | null;
  readonly owner: string | null;
  readonly tags: readonly string[];
}

/** What is absent stays as it is. */
export interface PromptEdit {
  readonly description?: string | null | undefined;
  readonly owner?: string | null | undefined;
}

/**
 * A prompt apart from its versions and labels. A change that changes nothing is not announced. An
 * archived project takes no change: `project-archived`.
 */
@Injectable()
export class PromptsService {
  constructor(
    private readonly policy: Policy,
    private readonly access: PromptAccess,
    private readonly unitOfWork: UnitOfWork,
    private readonly prompts: PromptsRepository,
    private readonly pointers: PromptPointersRepository,
    private readonly outbox: Outbox,
  ) {}

  /** @throws not-found, forbidden */
  async get(ctx: OperationContext, project: string, name: string): Promise<ViewedPrompt> {
    return this.view(ctx, await this.access.open(ctx, project, name, 'prompt:read'));
  }

  /**
   * Makes a prompt that has no version yet.
   *
   * @throws project-archived, or prompt-exists also when the prompt of this name is archived
   */
  async create(
    ctx: OperationContext,
    projectName: string,
    fields: PromptFields,
  ): Promise<ViewedPrompt> {
    const { description, owner } = fields;
    const name = parsePromptName(fields.name);
    const tags = parseTags(fields.tags);
    const project = await this.policy.requireProject(ctx, projectName, 'prompt:create', {
      prompt: name,
    });
    return this.unitOfWork.run(ctx, async (tx) => {
      const inserted = { projectId: project.id, name, description, owner };
      const { prompt, created } = await this.prompts.lockOrInsert(tx, inserted);
      if (!created) {
        throw promptExists(
          `The project ${projectName} has a prompt ${name}${prompt.archived ? ', archived' : ''}: ` +
            'choose another name.',
        );
      }
      await this.prompts.replaceTags(tx, prompt, tags);
      const after = await this.prompts.get(tx, prompt.id);
      this.outbox.record(tx, promptCreated(after));
      return this.view(tx, { project, prompt: after });
    });
  }

  /** @throws prompt-archived */
  async update(
    ctx: OperationContext,
    project: string,
    name: string,
    { description, owner }: PromptEdit,
  ): Promise<ViewedPrompt> {
    return this.change(ctx, project, name, 'prompt:update', async (tx, opened) => {
      refuseArchived(opened.prompt);
      const { prompt } = opened;
      const wanted = {
        description: description === undefined ? prompt.description : description,
        owner: owner === undefined ? prompt.owner : owner,
      };
      if (wanted.description === prompt.description && wanted.owner === prompt.owner) return null;
      await this.prompts.update(tx, prompt, wanted);
      return 'prompt.updated';
    });
  }

  /** @throws prompt-archived */
  async setTags(
    ctx: OperationContext,
    project: string,
    name: string,
    texts: readonly string[],
  ): Promise<ViewedPrompt> {
    const tags = parseTags(texts);
    return this.change(ctx, project, name, 'prompt:tag', async (tx, opened) => {
      refuseArchived(opened.prompt);
      const { prompt } = opened;
      const before = new Set(prompt.tags);
      if (before.size === tags.length && tags.every((tag) => before.has(tag))) return null;
      await this.prompts.replaceTags(tx, prompt, tags);
      await this.prompts.update(tx, prompt, {});
      return 'prompt.tagged';
    });
  }

  /** Hides the prompt from lists and refuses changes; what there is can still be read. */
  async archive(ctx: OperationContext, project: string, name: string): Promise<ViewedPrompt> {
    return this.setArchived(ctx, project, name, true);
  }

  async restore(ctx: OperationContext, project: string, name: string): Promise<ViewedPrompt> {
    return this.setArchived(ctx, project, name, false);
  }

  private async setArchived(
    ctx: OperationContext,
    projectName: string,
    name: string,
    archived: boolean,
  ): Promise<ViewedPrompt> {
    return this.change(ctx, projectName, name, 'prompt:archive', async (tx, { prompt }) => {
      if (prompt.archived === archived) return null;
      await this.prompts.update(tx, prompt, { archived });
      return archived ? 'prompt.archived' : 'prompt.restored';
    });
  }

  /** Runs `work` under the prompt's lock, and announces what it says has happened. */
  private async change(
    ctx: OperationContext,
    projectName: string,
    name: string,
    permission: ProjectPermission,
    work: (tx: OperationContext, opened: OpenPrompt<TaggedPrompt>) => Promise<PromptChange | null>,
  ): Promise<ViewedPrompt> {
    return this.unitOfWork.run(ctx, async (tx) => {
      const { project, prompt: locked } = await this.access.lock(tx, projectName, name, permission);
      const prompt = await this.prompts.withTags(tx, locked);
      const opened = { project, prompt };
      const happened = await work(tx, opened);
      if (happened === null) return this.view(tx, opened);
      const after = await this.prompts.get(tx, prompt.id);
      this.outbox.record(tx, promptChanged(happened, prompt, after));
      return this.view(tx, { project, prompt: after });
    });
  }

  private async view(
    ctx: OperationContext,
    { project, prompt }: OpenPrompt<TaggedPrompt>,
  ): Promise<ViewedPrompt> {
    return {
      project: project.name,
      prompt,
      pointers: await this.pointers.get(ctx, prompt.id),
    };
  }
}
