import { Injectable } from '@nestjs/common';
import {
  type OperationContext,
  Policy,
  type ProjectRef,
} from '../../platform/authorization/index.js';
import type { Content } from '../content/content.js';
import { noSuchPrompt } from '../prompts/prompt-access.js';
import { isPromptName } from '../prompts/prompt-name.js';
import { parseSelector } from './selector.js';
import { VersionLookupRepository } from './version-lookup.repository.js';
import type { Version } from './version.js';
import { purgedVersion } from './versions.errors.js';

/** A version that a caller asked for and may see. */
export interface FoundVersion {
  readonly project: ProjectRef;
  readonly name: string;
  readonly version: Version;
  readonly content: Content;
}

/** Resolves selectors for use cases that work on the content of a version. */
@Injectable()
export class VersionReader {
  constructor(
    private readonly policy: Policy,
    private readonly lookup: VersionLookupRepository,
  ) {}

  /** @throws invalid-selector, not-found, unknown-selector, version-purged */
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
    if (!isPromptName(name)) throw noSuchPrompt(projectName, name);
    const found = await this.lookup.find(ctx, project.id, name, selector, 'with');
    if (!found) throw await this.lookup.whyMissing(ctx, project, name, selectorText);
    const { version, purged, content } = found;
    // It may have been purged since the selector was resolved.
    if (purged || content === '') throw purgedVersion(name, version);
    return { project, name, version, content: JSON.parse(content) as Content };
  }
}
