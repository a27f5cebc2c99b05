import { Injectable } from '@nestjs/common';
import { LessThan, MoreThan, type Repository } from 'typeorm';
import type { OperationContext } from '../../platform/authorization/index.js';
import { Database, requireTransaction } from '../../platform/database/index.js';
import { counterOf, type Page, pageOf, type PageRequest } from '../../platform/paging/index.js';
import { isoTime } from '../../platform/time/index.js';
import type { AuditCheckpoint } from '../verification.js';
import { checkpointExportRows, type CheckpointRow, checkpointRows } from './checkpoints.rows.js';

/** Whoever walks along all checkpoints takes so many at a time. */
const BATCH = 500;

@Injectable()
export class CheckpointsRepository {
  constructor(private readonly database: Database) {}

  async insert(tx: OperationContext, checkpoint: AuditCheckpoint): Promise<void> {
    requireTransaction(tx);
    const { sequence, hash, at, signature } = checkpoint;
    await this.rows(tx).insert({
      sequence,
      hash,
      at: Date.parse(at),
      keyId: signature.keyId,
      signature: signature.value,
    });
  }

  async findNewest(ctx: OperationContext): Promise<AuditCheckpoint | undefined> {
    const rows = await this.rows(ctx).find({ order: { sequence: 'DESC' }, take: 1 });
    return rows.map(checkpointOf)[0];
  }

  /** Newest first. */
  async list(ctx: OperationContext, page: PageRequest): Promise<Page<AuditCheckpoint>> {
    const total = page.total ? await this.rows(ctx).count() : undefined;
    const before = page.after && counterOf(page.after, Number.MAX_SAFE_INTEGER);
    const rows = await this.rows(ctx).find({
      where: before === undefined ? {} : { sequence: LessThan(before) },
      order: { sequence: 'DESC' },
      take: page.limit + 1,
    });
    return pageOf(rows.map(checkpointOf), page.limit, ({ sequence }) => [sequence], total);
  }

  /** Oldest first; empty when there is no later one. */
  async listAfter(
    ctx: OperationContext,
    sequence: number,
    limit = BATCH,
  ): Promise<readonly AuditCheckpoint[]> {
    const rows = await this.rows(ctx).find({
      where: { sequence: MoreThan(sequence) },
      order: { sequence: 'ASC' },
      take: limit,
    });
    return rows.map(checkpointOf);
  }

  /** The last checkpoint that the target has; 0 when it has none. */
  async exportedUpTo(ctx: OperationContext, target: string): Promise<number> {
    const row = await this.database.rows(ctx, checkpointExportRows).findOneBy({ target });
    return row?.sequence ?? 0;
  }

  async recordExport(tx: OperationContext, target: string, sequence: number): Promise<void> {
    requireTransaction(tx);
    await this.database.rows(tx, checkpointExportRows).upsert({ target, sequence }, ['target']);
  }

  private rows(ctx: OperationContext): Repository<CheckpointRow> {
    return this.database.rows(ctx, checkpointRows);
  }
}

function checkpointOf({ sequence, hash, at, keyId, signature }: CheckpointRow): AuditCheckpoint {
  return {
    sequence,
    hash,
    at: isoTime(at),
    signature: { keyId, alg: 'ed25519', value: signature },
  };
}
