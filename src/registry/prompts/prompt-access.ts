import { Injectable } from '@nestjs/common';
import {
  type OperationContext,
  Policy,
  type PolicyTarget,
  type ProjectPermission,
  type ProjectRef,
} from '../../platform/authorization/index.js';
import { notFound } from '../../platform/errors/index.js';
import { isPromptName } from './prompt-name.js';
import type { Prompt, TaggedPrompt } from './prompt.js';
import { PromptsRepository } from './prompts.repository.js';

export interface OpenPrompt<Found extends Prompt = Prompt> {
  readonly project: ProjectRef;
  readonly prompt: Found;
}

/** Finds a prompt for a caller who may do what it is about to do; how every use case begins. */
@Injectable()
export class PromptAccess {
  constructor(
    private readonly policy: Policy,
    private readonly prompts: PromptsRepository,
  ) {}

  /** @throws not-found, forbidden */
  async open(
    ctx: OperationContext,
    projectName: string,
    name: string,
    permission: ProjectPermission,
    target: Omit<PolicyTarget, 'prompt'> = {},
  ): Promise<OpenPrompt<TaggedPrompt>> {
    const project = await this.policy.requireProject(ctx, projectName, permission, {
      ...target,
      prompt: name,
    });
    return { project, prompt: required(await this.find(ctx, project, name), projectName, name) };
  }

  /** As `open`, with the prompt locked until the transaction ends. */
  async lock(
    tx: OperationContext,
    projectName: string,
    name: string,
    permission: ProjectPermission,
    target: Omit<PolicyTarget, 'prompt'> = {},
  ): Promise<OpenPrompt> {
    const project = await this.policy.requireProject(tx, projectName, permission, {
      ...target,
      prompt: name,
    });
    const prompt = isPromptName(name) ? await this.prompts.lock(tx, project.id, name) : undefined;
    return { project, prompt: required(prompt, projectName, name) };
  }

  /** SECURITY: what is no prompt name never becomes a query. */
  private async find(
    ctx: OperationContext,
    project: ProjectRef,
    name: string,
  ): Promise<TaggedPrompt | undefined> {
    return isPromptName(name) ? this.prompts.find(ctx, project.id, name) : undefined;
  }
}

function required<Found extends Prompt>(
  prompt: Found | undefined,
  project: string,
  name: string,
): Found {
  if (prompt) return prompt;
  throw noSuchPrompt(project, name);
}

export function noSuchPrompt(project: string, name: string) {
  return notFound(`The project ${project} has no prompt ${name} that you may see.`);
}
