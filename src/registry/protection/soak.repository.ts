import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../../platform/authorization/index.js';
import { Database } from '../../platform/database/index.js';
import { Clock } from '../../platform/time/index.js';
import { labelMoveRows } from '../labels/labels.rows.js';
import { type Soak, soakOf } from './soak.js';

@Injectable()
export class SoakRepository {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** From the journal of the label. The prompt must be locked, so that the label stands still. */
  async get(
    tx: OperationContext,
    promptId: string,
    label: string,
    versionId: string,
  ): Promise<Soak> {
    const moves = await this.database.rows(tx, labelMoveRows).find({
      select: { id: true, move: true, toVersionId: true, movedAt: true },
      where: [
        { promptId, label, toVersionId: versionId },
        { promptId, label, fromVersionId: versionId },
      ],
      order: { move: 'ASC' },
    });
    const journal = moves.map((row) => ({ to: row.toVersionId, movedAtMs: row.movedAt }));
    return soakOf(journal, versionId, this.clock.nowMs());
  }
}
