import { Injectable } from '@nestjs/common';
import { type OperationContext, Policy } from '../../platform/authorization/index.js';
import type { Page, PageRequest } from '../../platform/paging/index.js';
import type { AuditCheckpoint } from '../verification.js';
import { CheckpointsRepository } from './checkpoints.repository.js';

@Injectable()
export class CheckpointsService {
  constructor(
    private readonly policy: Policy,
    private readonly repository: CheckpointsRepository,
  ) {}

  /** @throws unauthenticated, forbidden */
  async list(ctx: OperationContext, page: PageRequest): Promise<Page<AuditCheckpoint>> {
    await this.policy.requireInstance(ctx, 'audit:read-instance');
    return this.repository.list(ctx, page);
  }
}
