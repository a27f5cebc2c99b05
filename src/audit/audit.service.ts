import { Injectable } from '@nestjs/common';
import { type OperationContext, Policy } from '../platform/authorization/index.js';
import { type Page, type PageRequest } from '../platform/paging/index.js';
import type { AuditEntry } from './audit-entry.js';
import type { AuditQueryFilter } from './audit-filter.js';
import { AuditRepository } from './audit.repository.js';

@Injectable()
export class AuditService {
  constructor(
    private readonly policy: Policy,
    private readonly repository: AuditRepository,
  ) {}

  /** The whole trail. @throws unauthenticated, forbidden */
  async list(
    ctx: OperationContext,
    filter: AuditQueryFilter,
    page: PageRequest,
  ): Promise<Page<AuditEntry>> {
    await this.policy.requireInstance(ctx, 'audit:read-instance');
    return this.repository.list(ctx, filter, page);
  }

  /** What happened in one project. @throws not-found, forbidden */
  async listOfProject(
    ctx: OperationContext,
    project: string,
    filter: AuditQueryFilter,
    page: PageRequest,
  ): Promise<Page<AuditEntry>> {
    const { id } = await this.policy.requireProject(ctx, project, 'audit:read');
    return this.repository.list(ctx, { ...filter, projectId: id }, page);
  }
}
