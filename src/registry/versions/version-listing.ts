import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../../platform/authorization/index.js';
import { type Page, type PageRequest } from '../../platform/paging/index.js';
import { LabelsRepository } from '../labels/labels.repository.js';
import { PromptAccess } from '../prompts/prompt-access.js';
import { VersionStatesRepository } from './version-states.repository.js';
import type { Version, VersionState } from './version.js';
import { VersionsRepository } from './versions.repository.js';

export interface ListedVersion {
  readonly version: Version;
  readonly state: VersionState;
  readonly labels: readonly string[];
}

/** The versions of a prompt as they stand now, newest published first. */
@Injectable()
export class VersionListing {
  constructor(
    private readonly access: PromptAccess,
    private readonly versions: VersionsRepository,
    private readonly states: VersionStatesRepository,
    private readonly labels: LabelsRepository,
  ) {}

  async list(
    ctx: OperationContext,
    projectName: string,
    name: string,
    request: PageRequest,
  ): Promise<Page<ListedVersion>> {
    const { prompt } = await this.access.open(ctx, projectName, name, 'prompt:read');
    const page = await this.versions.list(ctx, prompt.id, request);
    const ids = page.items.map(({ id }) => id);
    const states = await this.states.listByIds(ctx, ids);
    const labels = await this.labels.namesByVersion(ctx, ids);
    return {
      ...page,
      items: page.items.flatMap((version) => {
        const state = states.get(version.id);
        return state ? [{ version, state, labels: labels.get(version.id) ?? [] }] : [];
      }),
    };
  }
}
