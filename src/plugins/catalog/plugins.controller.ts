import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { OperationContext } from '../../platform/authorization/index.js';
import { forbidden, notFound, validationFailed } from '../../platform/errors/index.js';
import { Ctx, Problems, Requires, WritesNothing } from '../../platform/http/index.js';
import { pluginRejected } from '../approvals/approvals.errors.js';
import { pluginNotLoaded, pluginNotServing, pluginsUnreadable } from './catalog.errors.js';
import {
  ApprovePluginRequest,
  OperatedPluginQuery,
  type PluginCheckResponse,
  pluginCheckResponse,
  type PluginHealthResponse,
  pluginHealthResponse,
  type PluginListResponse,
  pluginListResponse,
  type PluginResponse,
  pluginResponse,
} from './plugins.dto.js';
import { PluginsService } from './plugins.service.js';

/** `-` is no name of a plugin and begins no path of one: what is below it is promptd's own. */
@ApiTags('plugins')
@Controller('v1/plugins')
export class PluginsController {
  constructor(private readonly plugins: PluginsService) {}

  /** The plugins that serve; instance admins see all that are in the folder. */
  @Get()
  @Requires('plugin:read')
  async listPlugins(@Ctx() ctx: OperationContext): Promise<PluginListResponse> {
    return pluginListResponse(await this.plugins.list(ctx));
  }

  /** One plugin as this instance sees it. */
  @Get(':plugin')
  @Requires('plugin:read')
  @Problems(notFound)
  async getPlugin(
    @Ctx() ctx: OperationContext,
    @Param('plugin') plugin: string,
  ): Promise<PluginResponse> {
    return pluginResponse(await this.plugins.get(ctx, plugin));
  }

  /** Looks at the whole folder of plugins anew, on this instance. */
  @Post('-/rescan')
  @HttpCode(200)
  @Requires('plugin:manage')
  @WritesNothing()
  @Problems(pluginsUnreadable)
  async rescanPlugins(@Ctx() ctx: OperationContext): Promise<PluginListResponse> {
    return pluginListResponse(await this.plugins.rescan(ctx));
  }

  /** Has what is in the folder serve, on this instance; the same bytes are left alone. */
  @Post(':plugin/-/load')
  @HttpCode(200)
  @Requires('plugin:manage')
  @WritesNothing()
  @Problems(notFound, pluginNotLoaded)
  async loadPlugin(
    @Ctx() ctx: OperationContext,
    @Param('plugin') plugin: string,
  ): Promise<PluginResponse> {
    return pluginResponse(await this.plugins.load(ctx, plugin));
  }

  /** Replaces the runner of a plugin, on this instance; other instances look at their folder again. */
  @Post(':plugin/-/reload')
  @HttpCode(200)
  @Requires('plugin:manage')
  @Problems(notFound, pluginNotLoaded)
  async reloadPlugin(
    @Ctx() ctx: OperationContext,
    @Param('plugin') plugin: string,
  ): Promise<PluginResponse> {
    return pluginResponse(await this.plugins.reload(ctx, plugin));
  }

  /** Lets exactly these bytes run, on every instance. */
  @Post(':plugin/-/approve')
  @HttpCode(200)
  @Requires('plugin:trust')
  @Problems(validationFailed, notFound, pluginRejected, pluginsUnreadable)
  async approvePlugin(
    @Ctx() ctx: OperationContext,
    @Param('plugin') plugin: string,
    @Body() body: ApprovePluginRequest,
  ): Promise<PluginResponse> {
    return pluginResponse(await this.plugins.approve(ctx, plugin, body));
  }

  /** Turns a plugin on, on every instance, also one that was quarantined. */
  @Post(':plugin/-/enable')
  @HttpCode(200)
  @Requires('plugin:manage')
  @Problems(notFound)
  async enablePlugin(
    @Ctx() ctx: OperationContext,
    @Param('plugin') plugin: string,
  ): Promise<PluginResponse> {
    return pluginResponse(await this.plugins.turn(ctx, plugin, 'enabled'));
  }

  /** Turns a plugin off, on every instance. Calls in flight have five seconds. */
  @Post(':plugin/-/disable')
  @HttpCode(200)
  @Requires('plugin:manage')
  @Problems(notFound)
  async disablePlugin(
    @Ctx() ctx: OperationContext,
    @Param('plugin') plugin: string,
  ): Promise<PluginResponse> {
    return pluginResponse(await this.plugins.turn(ctx, plugin, 'disabled'));
  }

  /**
   * Takes back every approval of a plugin and turns it off, on every instance. Its files stay: while
   * they are in the folder it is listed, and runs again when it is approved and enabled.
   */
  @Delete(':plugin')
  @HttpCode(204)
  @Requires('plugin:manage')
  @Problems(notFound)
  async forgetPlugin(@Ctx() ctx: OperationContext, @Param('plugin') plugin: string): Promise<void> {
    await this.plugins.forget(ctx, plugin);
  }

  /** How a plugin is on this instance. */
  @Get(':plugin/-/health')
  @Requires('plugin:operate')
  @Problems(validationFailed, notFound, forbidden)
  async getPluginHealth(
    @Ctx() ctx: OperationContext,
    @Param('plugin') plugin: string,
    @Query() { project }: OperatedPluginQuery,
  ): Promise<PluginHealthResponse> {
    return pluginHealthResponse(await this.plugins.health(ctx, plugin, project));
  }

  /** Has a plugin check itself, on this instance. */
  @Post(':plugin/-/check')
  @HttpCode(200)
  @Requires('plugin:operate')
  @WritesNothing()
  @Problems(validationFailed, notFound, forbidden, pluginNotServing)
  async checkPlugin(
    @Ctx() ctx: OperationContext,
    @Param('plugin') plugin: string,
    @Query() { project }: OperatedPluginQuery,
  ): Promise<PluginCheckResponse> {
    return pluginCheckResponse(await this.plugins.check(ctx, plugin, project));
  }
}
