import {
  applyDecorators,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  Patch,
  Post,
  Put,
  Req,
  Res,
} from '@nestjs/common';
import { ApiParam, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { OperationContext } from '../../platform/authorization/index.js';
import { notFound, payloadTooLarge, validationFailed } from '../../platform/errors/index.js';
import { Ctx, NeverReplayed, Problems, Requires } from '../../platform/http/index.js';
import { endpointRequest } from './endpoint-request.js';
import {
  methodNotAllowed,
  pluginFailed,
  pluginTimeout,
  pluginUnavailable,
} from './endpoints.errors.js';
import { PluginAnswers, PluginBody } from './endpoints.openapi.js';
import { EndpointsService } from './endpoints.service.js';

const any = '*';

/** What holds of a request to a plugin whatever its method is. */
function PluginEndpoint(): MethodDecorator {
  return applyDecorators(
    NeverReplayed(),
    ApiParam({ name: 'path', description: 'What the plugin answers at.', type: String }),
    ApiQuery({
      name: 'project',
      required: false,
      description: 'The name of the project of the call. By default that of the API key.',
      type: String,
    }),
    PluginAnswers(),
    Requires('plugin:use'),
    Problems(validationFailed, notFound, methodNotAllowed, payloadTooLarge),
    Problems(pluginFailed, pluginTimeout, pluginUnavailable),
  );
}

/**
 * What plugins answer below their names. The paths are in their manifests; the router knows none of
 * them, so that a plugin can neither take one of promptd's nor leave one behind.
 */
@ApiTags('plugins')
@Controller('v1/plugins/:plugin')
export class EndpointsController {
  constructor(private readonly endpoints: EndpointsService) {}

  /** Asks a plugin for something. */
  @Get(any)
  @PluginEndpoint()
  getFromPlugin(
    @Ctx() ctx: OperationContext,
    @Param('plugin') plugin: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | undefined> {
    return this.answer(ctx, plugin, request, reply);
  }

  /** Sends something to a plugin, as JSON of at most 256 KiB. */
  @Post(any)
  @HttpCode(200)
  @PluginEndpoint()
  @PluginBody()
  postToPlugin(
    @Ctx() ctx: OperationContext,
    @Param('plugin') plugin: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | undefined> {
    return this.answer(ctx, plugin, request, reply);
  }

  /** Sends something to a plugin in the place of what is there, as JSON of at most 256 KiB. */
  @Put(any)
  @PluginEndpoint()
  @PluginBody()
  putToPlugin(
    @Ctx() ctx: OperationContext,
    @Param('plugin') plugin: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | undefined> {
    return this.answer(ctx, plugin, request, reply);
  }

  /** Sends a change to a plugin, as JSON of at most 256 KiB. */
  @Patch(any)
  @PluginEndpoint()
  @PluginBody()
  patchAtPlugin(
    @Ctx() ctx: OperationContext,
    @Param('plugin') plugin: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | undefined> {
    return this.answer(ctx, plugin, request, reply);
  }

  /** Has a plugin delete something. */
  @Delete(any)
  @PluginEndpoint()
  deleteAtPlugin(
    @Ctx() ctx: OperationContext,
    @Param('plugin') plugin: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | undefined> {
    return this.answer(ctx, plugin, request, reply);
  }

  private async answer(
    ctx: OperationContext,
    plugin: string,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<string | undefined> {
    const { status, headers, text } = await this.endpoints.call(
      ctx,
      plugin,
      endpointRequest(request),
    );
    void reply.status(status).headers(headers);
    return text;
  }
}
