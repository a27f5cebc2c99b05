import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Param,
  Post,
  Put,
  Query,
  Res,
} from '@nestjs/common';
import { ApiHeader, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { projectArchived } from '../../access/index.js';
import type { OperationContext } from '../../platform/authorization/index.js';
import {
  invalidCursor,
  notFound,
  preconditionFailed,
  validationFailed,
} from '../../platform/errors/index.js';
import { Ctx, PageQuery, Problems, Requires } from '../../platform/http/index.js';
import { pageRequest, pageResponse } from '../../platform/paging/index.js';
import { pluginDenied, vetoFailed } from '../../plugins/index.js';
import { promptArchived } from '../prompts/prompts.errors.js';
import {
  expectedVersionRequired,
  labelProtected,
  soakIncomplete,
} from '../protection/protection.errors.js';
import { unknownSelector, versionPurged, versionYanked } from '../versions/versions.errors.js';
import { expectedMoves, labelETag, showLabel, showMove } from './label-view.js';
import { LabelRollbackService } from './label-rollback.service.js';
import {
  AsOfQuery,
  LabelHistoryResponse,
  LabelListResponse,
  LabelResponse,
  MoveLabelRequest,
  RemoveLabelQuery,
  RollBackLabelRequest,
} from './labels.dto.js';
import { labelConflict, noEarlierVersion } from './labels.errors.js';
import { LabelsService } from './labels.service.js';

const HISTORY = 'label-moves';
const ifMatch = {
  name: 'If-Match',
  required: false,
  description: 'The ETag of the label as it was read: its move number in quotes.',
} as const;

@ApiTags('labels')
@Controller('v1/projects/:project/prompts/:name/labels')
export class LabelsController {
  constructor(
    private readonly labels: LabelsService,
    private readonly rollbacks: LabelRollbackService,
  ) {}

  /** Lists the labels of a prompt by name, as they are or as they were. */
  @Get()
  @Requires('prompt:read')
  @Problems(validationFailed, notFound)
  async listLabels(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Param('name') name: string,
    @Query() { asOf }: AsOfQuery,
  ): Promise<LabelListResponse> {
    return { items: (await this.labels.list(ctx, project, name, asOf)).map(showLabel) };
  }

  /** Shows where a label points, or where it pointed. */
  @Get(':label')
  @Requires('prompt:read')
  @Problems(validationFailed, notFound)
  async getLabel(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Param('name') name: string,
    @Param('label') label: string,
    @Query() { asOf }: AsOfQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LabelResponse> {
    const found = await this.labels.get(ctx, project, name, label, asOf);
    void reply.header('ETag', labelETag(found));
    return showLabel(found);
  }

  /** Points a label to a version, and makes the label when there is none. */
  @Put(':label')
  @ApiHeader(ifMatch)
  @Requires('label:move')
  @Problems(validationFailed, notFound, unknownSelector, labelConflict, preconditionFailed)
  @Problems(versionYanked, versionPurged, promptArchived, projectArchived)
  @Problems(labelProtected, soakIncomplete, expectedVersionRequired)
  @Problems(pluginDenied, vetoFailed)
  async moveLabel(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Param('name') name: string,
    @Param('label') label: string,
    @Body() { version, expectedVersion, reason = null, breakGlass }: MoveLabelRequest,
    @Headers('if-match') match: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LabelResponse> {
    const condition = { expectedVersion, expectedMoves: expectedMoves(match) };
    const request = { version, reason, breakGlass: breakGlass ?? false, ...condition };
    const moved = await this.labels.move(ctx, project, name, label, request);
    void reply.header('ETag', labelETag(moved));
    return showLabel(moved);
  }

  /** Removes a label; its history stays. */
  @Delete(':label')
  @HttpCode(204)
  @ApiHeader(ifMatch)
  @Requires('label:move')
  @Problems(validationFailed, notFound, preconditionFailed, promptArchived, projectArchived)
  @Problems(labelProtected, expectedVersionRequired)
  @Problems(labelConflict, pluginDenied, vetoFailed)
  async removeLabel(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Param('name') name: string,
    @Param('label') label: string,
    @Query() { reason, breakGlass = false }: RemoveLabelQuery,
    @Headers('if-match') match: string | undefined,
  ): Promise<void> {
    const condition = { expectedMoves: expectedMoves(match) };
    const request = { reason: reason ?? null, breakGlass, ...condition };
    await this.labels.remove(ctx, project, name, label, request);
  }

  /** Points a label back to the version before the current one, or to where a move had put it. */
  @Post(':label/rollback')
  @HttpCode(200)
  @ApiHeader(ifMatch)
  @Requires('label:move')
  @Problems(validationFailed, notFound, noEarlierVersion, labelConflict, preconditionFailed)
  @Problems(versionYanked, versionPurged, promptArchived, projectArchived)
  @Problems(labelProtected, soakIncomplete, expectedVersionRequired)
  @Problems(pluginDenied, vetoFailed)
  async rollBackLabel(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Param('name') name: string,
    @Param('label') label: string,
    @Body() { toMove, expectedVersion, reason = null, breakGlass }: RollBackLabelRequest,
    @Headers('if-match') match: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LabelResponse> {
    const condition = { expectedVersion, expectedMoves: expectedMoves(match) };
    const wanted = { toMove: toMove ?? undefined, reason, breakGlass: breakGlass ?? false };
    const request = { ...wanted, ...condition };
    const moved = await this.rollbacks.rollBack(ctx, project, name, label, request);
    void reply.header('ETag', labelETag(moved));
    return showLabel(moved);
  }

  /** Lists every move a label ever made, newest first. */
  @Get(':label/history')
  @Requires('prompt:read')
  @Problems(validationFailed, invalidCursor, notFound)
  async listLabelMoves(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Param('name') name: string,
    @Param('label') label: string,
    @Query() query: PageQuery,
  ): Promise<LabelHistoryResponse> {
    const page = pageRequest(query, HISTORY);
    return pageResponse(
      await this.labels.history(ctx, project, name, label, page),
      HISTORY,
      showMove,
    );
  }
}
