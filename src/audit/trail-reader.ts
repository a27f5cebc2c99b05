import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../platform/authorization/index.js';
import { isUnavailable } from '../platform/database/index.js';
import type { AuditFilter } from './audit-filter.js';
import { type AuditRange, AuditRepository } from './audit.repository.js';
import type { ChainedEntry } from './verification.js';

/** Entries read, checked or written out at a time, for about ten milliseconds. */
const BATCH = 500;

/** Walks the trail from its beginning without a transaction, and without stopping other requests. */
@Injectable()
export class TrailReader {
  constructor(private readonly repository: AuditRepository) {}

  /**
   * Batches of entries, oldest first, up to this sequence. One that cannot be read has its number
   * and no hash that could be right: what somebody wrote into it must not hide the others.
   */
  async *read(
    ctx: OperationContext,
    filter: AuditFilter,
    upTo: number,
  ): AsyncGenerator<readonly ChainedEntry[], void, undefined> {
    let after = 0;
    for (;;) {
      const batch = await this.readBatch(ctx, filter, { after, upTo, limit: BATCH });
      const last = batch.at(-1);
      if (!last) return;
      yield batch;
      after = last.sequence;
      // DIALECT: SQLite answers at once, so that nothing else would have its turn.
      await nextTurn();
    }
  }

  private async readBatch(
    ctx: OperationContext,
    filter: AuditFilter,
    range: AuditRange,
  ): Promise<readonly ChainedEntry[]> {
    try {
      return await this.repository.listRange(ctx, filter, range);
    } catch (error) {
      if (isUnavailable(error)) throw error;
      const sequences = await this.repository.listSequences(ctx, filter, range);
      const entries: ChainedEntry[] = [];
      for (const sequence of sequences) entries.push(await this.readOne(ctx, sequence));
      return entries;
    }
  }

  private async readOne(ctx: OperationContext, sequence: number): Promise<ChainedEntry> {
    const unreadable = {
      ...{ sequence, previousHash: '', hash: '' },
      ...{ projectId: null, revision: 0, position: 0 },
    };
    try {
      const range = { after: sequence - 1, upTo: sequence, limit: 1 };
      return (await this.repository.listRange(ctx, {}, range))[0] ?? unreadable;
    } catch (error) {
      if (isUnavailable(error)) throw error;
      return unreadable;
    }
  }
}
