import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type OperationContext, Policy } from '../../platform/authorization/index.js';
import { Ctx, Requires } from '../../platform/http/index.js';
import { type RolesResponse, rolesResponse } from './roles.dto.js';

@ApiTags('roles')
@Controller('v1/roles')
export class RolesController {
  constructor(private readonly policy: Policy) {}

  /** Each role with its permissions. */
  @Get()
  @Requires('role:read')
  async listRoles(@Ctx() ctx: OperationContext): Promise<RolesResponse> {
    await this.policy.requireInstance(ctx, 'role:read');
    return rolesResponse();
  }
}
