import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../../platform/authorization/index.js';
import { AnswerRestorer, type RepeatedRequest } from '../../platform/http/index.js';
import { PromptAccess } from '../prompts/prompt-access.js';
import { parsePublication, type PublishFields } from './publication.js';
import { showPublished } from './version-view.js';
import { purgedVersion } from './versions.errors.js';
import { VersionsRepository } from './versions.repository.js';

/** What a publish answered, made again: no copy of a prompt's content outlives its purge. */
@Injectable()
export class PublishedAnswer extends AnswerRestorer {
  constructor(
    private readonly access: PromptAccess,
    private readonly versions: VersionsRepository,
  ) {
    super();
  }

  /** @throws version-purged, and what refuses a caller who may no longer publish */
  override async restore(
    ctx: OperationContext,
    { params, body, location }: RepeatedRequest,
  ): Promise<string> {
    const { project: projectName = '', name = '' } = params;
    const { project, prompt } = await this.access.open(ctx, projectName, name, 'version:publish');
    const number = location.slice(location.lastIndexOf('/') + 1);
    const version = await this.versions.getByVersion(ctx, prompt.id, number);
    const content = await this.versions.getContent(ctx, version.id);
    if (content === '') throw purgedVersion(name, version);
    const { warnings } = parsePublication(name, body as PublishFields);
    return showPublished({ project, name, version, content }, warnings);
  }
}
