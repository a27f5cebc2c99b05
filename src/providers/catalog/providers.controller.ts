import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { OperationContext } from '../../platform/authorization/index.js';
import { Ctx, Requires } from '../../platform/http/index.js';
import { type ProviderListResponse, providerListResponse } from './providers.dto.js';
import { ProvidersService } from './providers.service.js';

@ApiTags('credentials')
@Controller('v1/providers')
export class ProvidersController {
  constructor(private readonly providers: ProvidersService) {}

  /** The providers of models that plugins can have called, with a credential of a project. */
  @Get()
  @Requires('provider:read')
  async listProviders(@Ctx() ctx: OperationContext): Promise<ProviderListResponse> {
    return providerListResponse(await this.providers.list(ctx));
  }
}
