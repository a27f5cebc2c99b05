import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { type OperationContext, Policy } from '../../platform/authorization/index.js';
import { canonicalJson } from '../../platform/crypto/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { Outbox } from '../../platform/events/index.js';
import type { AuditFilter, AuditQueryFilter } from '../audit-filter.js';
import { AuditRepository } from '../audit.repository.js';
import { TrailReader } from '../trail-reader.js';
import { auditExported } from './audit-export.events.js';

/** Writes entries out as NDJSON, oldest first, as far as the trail goes when it begins. */
@Injectable()
export class AuditExportService {
  constructor(
    private readonly policy: Policy,
    private readonly repository: AuditRepository,
    private readonly reader: TrailReader,
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
  ) {}

  /** The whole trail, which is itself an event. @throws unauthenticated, forbidden */
  async export(ctx: OperationContext, filter: AuditQueryFilter): Promise<Readable> {
    await this.policy.requireInstance(ctx, 'audit:read-instance');
    await this.unitOfWork.run(ctx, async (tx) => {
      this.outbox.record(tx, auditExported(filter));
      return Promise.resolve();
    });
    return this.stream(ctx, filter);
  }

  /** What happened in one project. @throws not-found, forbidden */
  async exportOfProject(
    ctx: OperationContext,
    project: string,
    filter: AuditQueryFilter,
  ): Promise<Readable> {
    const { id } = await this.policy.requireProject(ctx, project, 'audit:read');
    return this.stream(ctx, { ...filter, projectId: id });
  }

  private async stream(ctx: OperationContext, filter: AuditFilter): Promise<Readable> {
    const { sequence } = await this.repository.getHead(ctx);
    return Readable.from(this.lines(ctx, filter, sequence), { objectMode: false });
  }

  /** Each line is the RFC 8785 text of an entry: without its `hash` it is what was hashed. */
  private async *lines(
    ctx: OperationContext,
    filter: AuditFilter,
    upTo: number,
  ): AsyncGenerator<string, void, undefined> {
    // A reader that is slow, or gone, takes no further batch.
    for await (const batch of this.reader.read(ctx, filter, upTo)) {
      yield batch.map((entry) => `${canonicalJson(entry)}\n`).join('');
    }
  }
}
