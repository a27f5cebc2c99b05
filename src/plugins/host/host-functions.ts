import { Injectable } from '@nestjs/common';
import type { OperationContext, ProjectRef } from '../../platform/authorization/index.js';

export interface PromptQuery {
  readonly name: string;
  readonly selector: string;
}

export interface PageQuery {
  readonly cursor?: string;
  readonly limit?: number;
}

export interface Proposal {
  readonly name: string;
  readonly content: unknown;
  readonly message: string;
  readonly version?: string;
  readonly bump?: 'auto' | 'major' | 'minor' | 'patch';
}

/**
 * What the registry does for plugins. Each function asks the policy in the name of `ctx`, as every use
 * case does, and answers JSON as `promptd:api` types it. Arguments have the right shape; whether they
 * mean anything is for the function to say, with a problem that the caller could be told.
 */
export interface PromptFunctions {
  get(ctx: OperationContext, project: ProjectRef, query: PromptQuery): Promise<unknown>;
  list(ctx: OperationContext, project: ProjectRef, page: PageQuery): Promise<unknown>;
  versions(
    ctx: OperationContext,
    project: ProjectRef,
    query: PageQuery & { readonly name: string },
  ): Promise<unknown>;
  /** @param plugin who proposes, as it stands in the provenance of the version */
  propose(
    ctx: OperationContext,
    project: ProjectRef,
    proposal: Proposal,
    plugin: string,
  ): Promise<unknown>;
  render(
    ctx: OperationContext,
    project: ProjectRef,
    query: PromptQuery & { readonly variables: Readonly<Record<string, unknown>> },
  ): Promise<unknown>;
}

export interface CompletionMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** What a plugin may ask of a model. SECURITY: nothing besides these reaches a provider. */
export interface CompletionRequest {
  /** A provider's slug; without it the one that the project has credentials of. */
  readonly provider?: string;
  readonly model: string;
  readonly messages: readonly CompletionMessage[];
  readonly parameters?: CompletionParameters;
}

export interface CompletionParameters {
  readonly temperature?: number;
  readonly topP?: number;
  readonly maxTokens?: number;
  readonly stop?: readonly string[];
  readonly seed?: number;
}

export interface Completion {
  readonly text: string;
  /** Null when the provider did not say, or said what cannot be. */
  readonly usage: { readonly inputTokens: number; readonly outputTokens: number } | null;
}

/** For which plugin a model is called, and how long that may take. */
export interface CompletionTerms {
  readonly plugin: string;
  readonly timeoutMs: number;
}

/** What the area that keeps the credentials of providers does for plugins, in the same manner. */
export interface ModelFunctions {
  complete(
    ctx: OperationContext,
    project: ProjectRef,
    request: CompletionRequest,
    terms: CompletionTerms,
  ): Promise<Completion>;
}

/** Where areas that plugins may not import hand in what they do for them. */
@Injectable()
export class HostFunctions {
  private offeredPrompts: PromptFunctions | undefined;
  private offeredModels: ModelFunctions | undefined;

  /** Called once, while the program is wired. */
  offerPrompts(functions: PromptFunctions): void {
    this.offeredPrompts = functions;
  }

  /** Called once, while the program is wired. */
  offerModels(functions: ModelFunctions): void {
    this.offeredModels = functions;
  }

  get prompts(): PromptFunctions {
    if (!this.offeredPrompts) throw new Error('no area has offered the functions of prompts');
    return this.offeredPrompts;
  }

  get models(): ModelFunctions {
    if (!this.offeredModels) throw new Error('no area has offered the functions of models');
    return this.offeredModels;
  }
}
