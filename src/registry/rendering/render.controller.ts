import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { OperationContext } from '../../platform/authorization/index.js';
import { notFound, validationFailed } from '../../platform/errors/index.js';
import { Ctx, Problems, Requires, WritesNothing } from '../../platform/http/index.js';
import { pluginDenied, vetoFailed } from '../../plugins/index.js';
import { invalidSelector, unknownSelector, versionPurged } from '../versions/versions.errors.js';
import { RenderRequest, RenderResponse } from './rendering.dto.js';
import {
  renderBudgetExceeded,
  renderTooLarge,
  renderVariablesInvalid,
} from './rendering.errors.js';
import { RenderService } from './render.service.js';

@ApiTags('versions')
@Controller('v1/projects/:project/prompts/:name/versions/:selector/render')
export class RenderController {
  constructor(private readonly renderer: RenderService) {}

  /** Renders the version that a selector names, strictly: every variable must fit. */
  @Post()
  @HttpCode(200)
  @WritesNothing()
  @Requires('prompt:read')
  @Problems(validationFailed, invalidSelector, notFound, unknownSelector, versionPurged)
  @Problems(renderVariablesInvalid, renderTooLarge, renderBudgetExceeded)
  @Problems(pluginDenied, vetoFailed)
  async renderVersion(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Param('name') name: string,
    @Param('selector') selector: string,
    @Body() { variables = {} }: RenderRequest,
  ): Promise<RenderResponse> {
    const { found, rendered } = await this.renderer.render(ctx, project, name, selector, variables);
    const { version, digest } = found.version;
    return { project, name, version, digest, ...rendered } as RenderResponse;
  }
}
