import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { OperationContext } from '../../platform/authorization/index.js';
import {
  invalidCursor,
  notFound,
  payloadTooLarge,
  validationFailed,
} from '../../platform/errors/index.js';
import { Ctx, NeverReplayed, PageQuery, Problems, Requires } from '../../platform/http/index.js';
import { pageRequest, pageResponse } from '../../platform/paging/index.js';
import { pluginFailed, pluginTimeout, pluginUnavailable } from '../endpoints/endpoints.errors.js';
import { ModalStepsService } from './modal-steps.service.js';
import {
  ModalActionRequest,
  type ModalSessionPageResponse,
  type ModalSessionResponse,
  OpenModalRequest,
  PutModalValuesRequest,
  sessionResponse,
  summaryResponse,
} from './modals.dto.js';
import { modalConflict, modalEnded, modalLimit } from './modals.errors.js';
import { ModalsService } from './modals.service.js';

const list = 'plugin-modals';

@ApiTags('plugins')
@Controller('v1/plugins/:plugin/-/modals')
export class ModalsController {
  constructor(
    private readonly modals: ModalsService,
    private readonly steps: ModalStepsService,
  ) {}

  /** The caller's own sessions with a plugin, those that have ended a while ago not among them. */
  @Get()
  @Requires('plugin:modal')
  @Problems(validationFailed, invalidCursor)
  async listModalSessions(
    @Ctx() ctx: OperationContext,
    @Param('plugin') plugin: string,
    @Query() query: PageQuery,
  ): Promise<ModalSessionPageResponse> {
    const page = await this.modals.list(ctx, plugin, pageRequest(query, list));
    return pageResponse(page, list, summaryResponse);
  }

  /** Opens a modal for the caller. One may have five sessions open at a time. */
  @Post()
  @NeverReplayed()
  @Requires('plugin:modal')
  @Problems(validationFailed, notFound, modalLimit)
  @Problems(pluginFailed, pluginTimeout, pluginUnavailable, modalEnded)
  async openModalSession(
    @Ctx() ctx: OperationContext,
    @Param('plugin') plugin: string,
    @Body() request: OpenModalRequest,
  ): Promise<ModalSessionResponse> {
    return sessionResponse(await this.steps.open(ctx, plugin, request));
  }

  /** Shows a session, also while its plugin is at work and after it has ended. */
  @Get(':id')
  @Requires('plugin:modal')
  @Problems(notFound)
  async getModalSession(
    @Ctx() ctx: OperationContext,
    @Param('plugin') plugin: string,
    @Param('id') id: string,
  ): Promise<ModalSessionResponse> {
    return sessionResponse(await this.modals.get(ctx, plugin, id));
  }

  /** Keeps what the caller has put into controls, without asking the plugin. */
  @Patch(':id')
  @NeverReplayed()
  @Requires('plugin:modal')
  @Problems(validationFailed, notFound, modalConflict, modalEnded)
  async putModalValues(
    @Ctx() ctx: OperationContext,
    @Param('plugin') plugin: string,
    @Param('id') id: string,
    @Body() request: PutModalValuesRequest,
  ): Promise<ModalSessionResponse> {
    return sessionResponse(await this.modals.putValues(ctx, plugin, id, request));
  }

  /** Ends a session and forgets it. */
  @Delete(':id')
  @HttpCode(204)
  @Requires('plugin:modal')
  @Problems(notFound)
  async deleteModalSession(
    @Ctx() ctx: OperationContext,
    @Param('plugin') plugin: string,
    @Param('id') id: string,
  ): Promise<void> {
    await this.modals.stop(ctx, plugin, id);
  }

  /** Ends a session and forgets it: the action that every modal has, whatever its plugin does. */
  @Post(':id/actions/stop')
  @HttpCode(204)
  @Requires('plugin:modal')
  @Problems(notFound)
  async stopModalSession(
    @Ctx() ctx: OperationContext,
    @Param('plugin') plugin: string,
    @Param('id') id: string,
  ): Promise<void> {
    await this.modals.stop(ctx, plugin, id);
  }

  /** Has the plugin do an action of the modal. */
  @Post(':id/actions/:action')
  @HttpCode(200)
  @NeverReplayed()
  @Requires('plugin:modal')
  @Problems(validationFailed, notFound, payloadTooLarge, modalConflict, modalEnded)
  @Problems(pluginFailed, pluginTimeout, pluginUnavailable)
  async runModalAction(
    @Ctx() ctx: OperationContext,
    @Param('plugin') plugin: string,
    @Param('id') id: string,
    @Param('action') action: string,
    @Body() { expectedVersion, input }: ModalActionRequest,
  ): Promise<ModalSessionResponse> {
    const request = { action, expectedVersion, input };
    return sessionResponse(await this.steps.act(ctx, plugin, id, request));
  }
}
