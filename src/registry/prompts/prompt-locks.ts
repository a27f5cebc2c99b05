import { Injectable } from '@nestjs/common';
import type { OperationContext, ProjectRef } from '../../platform/authorization/index.js';
import { noSuchPrompt } from './prompt-access.js';
import { isPromptName } from './prompt-name.js';
import type { Prompt } from './prompt.js';
import { PromptsRepository } from './prompts.repository.js';

/** Locks several prompts at once, for a caller whose rights to each of them are settled. */
@Injectable()
export class PromptLocks {
  constructor(private readonly prompts: PromptsRepository) {}

  /**
   * The prompts by name, each locked until the transaction ends. Locks are taken in the order of
   * their ids whatever the order of the names: in the order of requests they deadlock.
   *
   * @throws not-found when one of them does not exist
   */
  async lock(
    tx: OperationContext,
    project: ProjectRef,
    names: readonly string[],
  ): Promise<ReadonlyMap<string, Prompt>> {
    const found: { readonly id: string; readonly name: string }[] = [];
    for (const name of new Set(names)) {
      // SECURITY: what is no prompt name never becomes a query.
      const id = isPromptName(name) ? await this.prompts.findId(tx, project.id, name) : undefined;
      if (id === undefined) throw noSuchPrompt(project.name, name);
      found.push({ id, name });
    }
    const locked = new Map<string, Prompt>();
    for (const { name } of found.sort((a, b) => (a.id < b.id ? -1 : 1))) {
      const prompt = await this.prompts.lock(tx, project.id, name);
      if (!prompt) throw noSuchPrompt(project.name, name);
      locked.set(name, prompt);
    }
    return locked;
  }
}
