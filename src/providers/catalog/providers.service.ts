import { Injectable } from '@nestjs/common';
import { type OperationContext, Policy } from '../../platform/authorization/index.js';
import type { Provider } from './provider.js';
import { ProviderCatalog } from './provider-catalog.js';

@Injectable()
export class ProvidersService {
  constructor(
    private readonly policy: Policy,
    private readonly catalog: ProviderCatalog,
  ) {}

  async list(ctx: OperationContext): Promise<readonly Provider[]> {
    await this.policy.requireInstance(ctx, 'provider:read');
    return this.catalog.list();
  }
}
