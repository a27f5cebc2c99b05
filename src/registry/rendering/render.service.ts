import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../../platform/authorization/index.js';
import { validationFailed } from '../../platform/errors/index.js';
import { VetoHooks } from '../../plugins/index.js';
import { isJsonObject } from '../content/content.js';
import { type FoundVersion, VersionReader } from '../versions/version-reader.js';
import { renderContent, type Rendered } from './render-content.js';

@Injectable()
export class RenderService {
  constructor(
    private readonly reader: VersionReader,
    private readonly vetoes: VetoHooks,
  ) {}

  /**
   * Fills in the version that the selector names. Whoever may read a prompt may render it.
   *
   * @throws plugin-denied, veto-failed
   */
  async render(
    ctx: OperationContext,
    project: string,
    name: string,
    selector: string,
    variables: unknown,
  ): Promise<{ readonly found: FoundVersion; readonly rendered: Rendered }> {
    if (!isJsonObject(variables)) {
      throw validationFailed('The variables must be a JSON object.', {
        errors: [{ pointer: '/variables', code: 'wrong-type', detail: 'must be a JSON object' }],
      });
    }
    const found = await this.reader.find(ctx, project, name, selector);
    if (this.vetoes.isAsked('render.before')) {
      const { version } = found.version;
      const question = { prompt: name, version, variables };
      await this.vetoes.begin(ctx, found.project).ask('render.before', question);
    }
    return { found, rendered: renderContent(found.content, variables) };
  }
}
