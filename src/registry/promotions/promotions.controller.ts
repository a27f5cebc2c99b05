import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { projectArchived } from '../../access/index.js';
import type { OperationContext } from '../../platform/authorization/index.js';
import { invalidCursor, notFound, validationFailed } from '../../platform/errors/index.js';
import { Ctx, Problems, Requires } from '../../platform/http/index.js';
import { pageRequest, pageResponse } from '../../platform/paging/index.js';
import { pluginDenied, vetoFailed } from '../../plugins/index.js';
import { labelConflict } from '../labels/labels.errors.js';
import { promptArchived } from '../prompts/prompts.errors.js';
import { unknownSelector, versionPurged, versionYanked } from '../versions/versions.errors.js';
import { PromotionDecisionsService } from './promotion-decisions.service.js';
import { PromotionRequestsService } from './promotion-requests.service.js';
import { promotionPath, showPromotion } from './promotion-view.js';
import {
  ApprovePromotionRequest,
  PromotionPageResponse,
  PromotionRequest,
  PromotionResponse,
  PromotionsQuery,
  RejectPromotionRequest,
} from './promotions.dto.js';
import { promotionDecided, selfApproval, tooManyPromotions } from './promotions.errors.js';
import { PromotionsService } from './promotions.service.js';
import {
  expectedVersionRequired,
  labelProtected,
  soakIncomplete,
} from '../protection/protection.errors.js';

/** With the status in the name, since a cursor is for the filter it was made with. */
const listOf = (status = 'all') => `promotions-${status}`;

@ApiTags('promotions')
@Controller('v1/projects/:project/promotions')
export class PromotionsController {
  constructor(
    private readonly promotions: PromotionsService,
    private readonly requests: PromotionRequestsService,
    private readonly decisions: PromotionDecisionsService,
  ) {}

  /** Asks that labels be moved together once others approve; needs no approval, no waiting. */
  @Post()
  @Requires('label:move')
  @Problems(validationFailed, notFound, unknownSelector, labelProtected, soakIncomplete)
  @Problems(labelConflict, expectedVersionRequired, tooManyPromotions)
  @Problems(versionYanked, versionPurged, promptArchived, projectArchived)
  @Problems(pluginDenied, vetoFailed)
  async requestPromotion(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Body() { moves, reason }: PromotionRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PromotionResponse> {
    const requested = await this.requests.request(ctx, project, moves, reason);
    void reply.header('Location', promotionPath(project, requested));
    return showPromotion(requested);
  }

  /** Lists promotions of which the caller may read every prompt, newest first. */
  @Get()
  @Requires('prompt:read')
  @Problems(validationFailed, invalidCursor, notFound)
  async listPromotions(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Query() query: PromotionsQuery,
  ): Promise<PromotionPageResponse> {
    const list = listOf(query.status);
    const page = pageRequest(query, list);
    const found = await this.promotions.list(ctx, project, query.status, page);
    return pageResponse(found, list, showPromotion);
  }

  /** Shows a promotion with who approved it so far. */
  @Get(':id')
  @Requires('prompt:read')
  @Problems(notFound)
  async getPromotion(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Param('id') id: string,
  ): Promise<PromotionResponse> {
    return showPromotion(await this.promotions.get(ctx, project, id));
  }

  /** Approves what somebody else asked for; the last approval needed moves the labels. */
  @Post(':id/approve')
  @HttpCode(200)
  @Requires('promotion:approve')
  @Problems(validationFailed, notFound, promotionDecided, selfApproval)
  @Problems(labelProtected, soakIncomplete, labelConflict, versionYanked, versionPurged)
  @Problems(promptArchived, projectArchived)
  @Problems(pluginDenied, vetoFailed)
  async approvePromotion(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Param('id') id: string,
    @Body() { comment = null }: ApprovePromotionRequest,
  ): Promise<PromotionResponse> {
    return showPromotion(await this.decisions.approve(ctx, project, id, comment));
  }

  /** Ends a pending promotion without moving anything. */
  @Post(':id/reject')
  @HttpCode(200)
  @Requires('promotion:approve')
  @Problems(validationFailed, notFound, promotionDecided, projectArchived)
  async rejectPromotion(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Param('id') id: string,
    @Body() { reason }: RejectPromotionRequest,
  ): Promise<PromotionResponse> {
    return showPromotion(await this.decisions.reject(ctx, project, id, reason));
  }

  /** Takes back a pending promotion, for who asked for it. */
  @Delete(':id')
  @HttpCode(204)
  @Requires('label:move')
  @Problems(notFound, promotionDecided, projectArchived)
  async withdrawPromotion(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Param('id') id: string,
  ): Promise<void> {
    await this.decisions.withdraw(ctx, project, id);
  }
}
