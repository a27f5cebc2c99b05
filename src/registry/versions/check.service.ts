import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../../platform/authorization/index.js';
import { Policy } from '../../platform/authorization/index.js';
import type { Content } from '../content/content.js';
import type { ContractChange } from '../contract/contract-change.js';
import type { Bump } from '../contract/contract-change.js';
import { PromptsRepository } from '../prompts/prompts.repository.js';
import { parsePublication, type PublishFields, type TemplateWarning } from './publication.js';
import { compareAt, decideNumber, findVersion, type History } from './publish-decision.js';
import { unknownBase } from './versions.errors.js';
import { VersionsRepository } from './versions.repository.js';

export interface Check {
  readonly requiredBump: Bump;
  readonly suggestedVersion: string;
  readonly reasons: readonly ContractChange[];
  /** The highest version that has this very content. */
  readonly duplicateOf: string | null;
  readonly warnings: readonly TemplateWarning[];
}

/** What a publish would answer, without publishing. */
@Injectable()
export class CheckService {
  constructor(
    private readonly policy: Policy,
    private readonly prompts: PromptsRepository,
    private readonly versions: VersionsRepository,
  ) {}

  async check(
    ctx: OperationContext,
    projectName: string,
    name: string,
    fields: Pick<PublishFields, 'content' | 'baseVersion' | 'prerelease'>,
  ): Promise<Check> {
    const publication = parsePublication(name, { ...fields, bump: 'auto' });
    const { content, digest, numbering, baseVersion, warnings } = publication;
    const project = await this.policy.requireProject(ctx, projectName, 'prompt:read', {
      prompt: name,
    });
    const history = await this.history(ctx, project.id, publication.name);
    if (baseVersion !== undefined && !findVersion(history, baseVersion)) {
      throw unknownBase(baseVersion);
    }
    const suggestedVersion = await decideNumber(history, content, numbering, baseVersion);
    const { required } = await compareAt(history, content, suggestedVersion);
    const duplicate = history.highestFirst.find((version) => version.digest === digest);
    return {
      requiredBump: required.bump,
      suggestedVersion,
      reasons: required.reasons,
      duplicateOf: duplicate?.version ?? null,
      warnings,
    };
  }

  /** A prompt that does not exist yet has no history, and its first version may be checked too. */
  private async history(ctx: OperationContext, projectId: string, name: string): Promise<History> {
    const promptId = await this.prompts.findId(ctx, projectId, name);
    return {
      highestFirst: promptId === undefined ? [] : await this.versions.listSummaries(ctx, promptId),
      contentOf: async ({ id }) => JSON.parse(await this.versions.getContent(ctx, id)) as Content,
    };
  }
}
