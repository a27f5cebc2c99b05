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

/** Where areas that plugins may not import hand in what they do for them. */
@Injectable()
export class HostFunctions {
  private offered: PromptFunctions | undefined;

  /** Called once, while the program is wired. */
  offerPrompts(functions: PromptFunctions): void {
    this.offered = functions;
  }

  get prompts(): PromptFunctions {
    if (!this.offered) throw new Error('no area has offered the functions of prompts');
    return this.offered;
  }
}
