import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../../platform/authorization/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { firstVersion } from '../versions/bump.js';
import { parsePublication } from '../versions/publication.js';
import { PublishAccess } from '../versions/publish-access.js';
import { PublishService } from '../versions/publish.service.js';
import { VersionReader } from '../versions/version-reader.js';
import { PromptAccess } from './prompt-access.js';
import type { ViewedPrompt } from './prompt-view.js';
import { PromptsService } from './prompts.service.js';

export interface CloneTarget {
  readonly project: string;
  readonly name: string;
}

/** Makes prompts out of versions of others. */
@Injectable()
export class PromptCloneService {
  constructor(
    private readonly access: PromptAccess,
    private readonly reader: VersionReader,
    private readonly prompts: PromptsService,
    private readonly publisher: PublishService,
    private readonly asking: PublishAccess,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /**
   * Makes a prompt with the description and tags of the source, whose first version has the content
   * of the version that `selector` finds and says so in its provenance. It has no owner and no
   * labels: those are for whoever cloned it to decide.
   *
   * @throws prompt-exists, unknown-selector, invalid-selector, version-purged
   */
  async clone(
    ctx: OperationContext,
    project: string,
    name: string,
    selector: string,
    target: CloneTarget,
  ): Promise<ViewedPrompt> {
    const { prompt } = await this.access.open(ctx, project, name, 'prompt:read');
    const source = await this.reader.find(ctx, project, name, selector);
    const { version, digest } = source.version;
    const publication = parsePublication(target.name, {
      content: source.content,
      version: firstVersion,
      provenance: { clonedFrom: `${project}/${name}@${version}`, digest },
    });
    const { description, tags } = prompt;
    // Plugins are asked before the transaction, here too.
    const cleared = await this.asking.ask(ctx, target.project, publication);
    return this.unitOfWork.run(ctx, async (tx) => {
      const fields = { name: target.name, description, tags, owner: null };
      await this.prompts.create(tx, target.project, fields);
      await this.publisher.publishAsked(tx, target.project, publication, cleared);
      return this.prompts.get(tx, target.project, target.name);
    });
  }
}
