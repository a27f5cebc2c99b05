import { Injectable } from '@nestjs/common';
import {
  type OperationContext,
  Policy,
  type ProjectRef,
} from '../../platform/authorization/index.js';
import type { Content } from '../content/content.js';
import { noSuchPrompt } from '../prompts/prompt-access.js';
import { isPromptName } from '../prompts/prompt-name.js';
import { PromptsRepository } from '../prompts/prompts.repository.js';
import { parseSelector, resolveSelector, type Selector } from './selector.js';
import { versionBody } from './version-body.js';
import { VersionLookupRepository } from './version-lookup.repository.js';
import { VersionStatesRepository } from './version-states.repository.js';
import type { Version, VersionState } from './version.js';
import { noSuchVersion, purgedVersion } from './versions.errors.js';
import { VersionsRepository } from './versions.repository.js';

/** A version that a reader asked for and may see. */
export interface FoundVersion {
  readonly project: ProjectRef;
  readonly name: string;
  readonly selector: Selector;
  readonly version: Version;
  readonly state: VersionState;
}

/** Resolves selectors and reads what they name: the narrow view of versions for other areas. */
@Injectable()
export class VersionReader {
  constructor(
    private readonly policy: Policy,
    private readonly prompts: PromptsRepository,
    private readonly versions: VersionsRepository,
    private readonly states: VersionStatesRepository,
    private readonly lookup: VersionLookupRepository,
  ) {}

  /**
   * Loads no content, so that a conditional read costs none.
   *
   * @throws invalid-selector, not-found, unknown-selector, version-purged
   */
  async find(
    ctx: OperationContext,
    projectName: string,
    name: string,
    selectorText: string,
  ): Promise<FoundVersion> {
    const selector = parseSelector(selectorText);
    const project = await this.policy.requireProject(ctx, projectName, 'prompt:read', {
      prompt: name,
    });
    const promptId = isPromptName(name)
      ? await this.prompts.findId(ctx, project.id, name)
      : undefined;
    if (promptId === undefined) throw noSuchPrompt(projectName, name);
    const version = await resolveSelector(selector, this.lookup.of(ctx, promptId));
    if (!version) throw noSuchVersion(name, selectorText);
    const state = await this.states.get(ctx, version.id);
    if (state.purged) throw purgedVersion(name, version);
    return { project, name, selector, version, state };
  }

  /** The answer that shows the version, byte for byte the same for ever. */
  async body(ctx: OperationContext, found: FoundVersion): Promise<string> {
    const { project, name, version } = found;
    return versionBody(project.name, name, version, await this.text(ctx, found));
  }

  async content(ctx: OperationContext, found: FoundVersion): Promise<Content> {
    return JSON.parse(await this.text(ctx, found)) as Content;
  }

  private async text(ctx: OperationContext, { name, version }: FoundVersion): Promise<string> {
    const content = await this.versions.getContent(ctx, version.id);
    // It may have been purged since it was found.
    if (content === '') throw purgedVersion(name, version);
    return content;
  }
}
