import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Put, Res } from '@nestjs/common';
import { ApiHeader, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { projectArchived } from '../../access/index.js';
import type { OperationContext } from '../../platform/authorization/index.js';
import { notFound, preconditionFailed, validationFailed } from '../../platform/errors/index.js';
import { Ctx, Problems, Requires } from '../../platform/http/index.js';
import {
  LabelPolicyListResponse,
  LabelPolicyResponse,
  SetLabelPolicyRequest,
} from './label-policies.dto.js';
import { LabelPoliciesService } from './label-policies.service.js';
import { showPolicy } from './label-policy-view.js';
import { policyETag } from './rules-digest.js';

const ifMatch = {
  name: 'If-Match',
  required: false,
  description: 'The ETag of the policy as it was read.',
} as const;

@ApiTags('label policies')
@Controller('v1/projects/:project/label-policies')
export class LabelPoliciesController {
  constructor(private readonly policies: LabelPoliciesService) {}

  /** Lists the protected labels of a project with their policies. */
  @Get()
  @Requires('prompt:read')
  @Problems(notFound)
  async listLabelPolicies(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
  ): Promise<LabelPolicyListResponse> {
    return { items: (await this.policies.list(ctx, project)).map(showPolicy) };
  }

  /** Shows what protects a label. */
  @Get(':label')
  @Requires('prompt:read')
  @Problems(notFound)
  async getLabelPolicy(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Param('label') label: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LabelPolicyResponse> {
    const found = await this.policies.get(ctx, project, label);
    void reply.header('ETag', policyETag(found));
    return showPolicy(found);
  }

  /** Protects a label in every prompt of the project, in place of the policy it had. */
  @Put(':label')
  @ApiHeader(ifMatch)
  @Requires('label:protect')
  @Problems(validationFailed, notFound, preconditionFailed, projectArchived)
  async setLabelPolicy(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Param('label') label: string,
    @Body() request: SetLabelPolicyRequest,
    @Headers('if-match') match: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LabelPolicyResponse> {
    const set = await this.policies.set(ctx, project, label, request, match);
    void reply.header('ETag', policyETag(set));
    return showPolicy(set);
  }

  /** Takes the protection of a label away. */
  @Delete(':label')
  @HttpCode(204)
  @ApiHeader(ifMatch)
  @Requires('label:protect')
  @Problems(notFound, preconditionFailed, projectArchived)
  async removeLabelPolicy(
    @Ctx() ctx: OperationContext,
    @Param('project') project: string,
    @Param('label') label: string,
    @Headers('if-match') match: string | undefined,
  ): Promise<void> {
    await this.policies.remove(ctx, project, label, match);
  }
}
