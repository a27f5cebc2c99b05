import { Injectable } from '@nestjs/common';
import type { SelectQueryBuilder } from 'typeorm';
import type { OperationContext } from '../../platform/authorization/index.js';
import { Database } from '../../platform/database/index.js';
import { counterOf, type Page, pageOf, type PageRequest } from '../../platform/paging/index.js';
import type { Label, LabelMove } from './label.js';
import { moveFrom } from './labels.repository.js';
import { type LabelMoveRow, labelMoveRows } from './labels.rows.js';
import type { JournalStep } from './roll-back.js';

/**
 * Reads the journal, which says what every label ever pointed to. All of it is served by the unique
 * index on (prompt, label, move).
 */
@Injectable()
export class LabelJournalRepository {
  constructor(private readonly database: Database) {}

  /** Newest first. */
  async list(
    ctx: OperationContext,
    promptId: string,
    label: string,
    page: PageRequest,
  ): Promise<Page<LabelMove>> {
    const query = this.movesOf(ctx, promptId, label);
    const total = page.total ? await query.getCount() : undefined;
    if (page.after)
      query.andWhere('move.move < :after', {
        after: counterOf(page.after, Number.MAX_SAFE_INTEGER),
      });
    const found = await query
      .orderBy('move.move', 'DESC')
      .limit(page.limit + 1)
      .getMany();
    return pageOf(found.map(moveFrom), page.limit, (move) => [move.move], total);
  }

  /** Every move of the label, oldest first, as far as a rollback looks at it. */
  async steps(
    ctx: OperationContext,
    promptId: string,
    label: string,
  ): Promise<readonly JournalStep[]> {
    const rows = await this.movesOf(ctx, promptId, label)
      .select(['move.id', 'move.move', 'move.toVersion', 'move.groundId'])
      .orderBy('move.move', 'ASC')
      .getMany();
    return rows.map(({ move, toVersion, groundId }) => ({
      move,
      to: toVersion,
      restored: restoredBy(groundId),
    }));
  }

  /** The label as it was at a time; of moves in one millisecond the last counts. */
  async findAsOf(
    ctx: OperationContext,
    promptId: string,
    label: string,
    atMs: number,
  ): Promise<Label | undefined> {
    const row = await this.movesOf(ctx, promptId, label)
      .andWhere('move.movedAt <= :atMs', { atMs })
      .orderBy('move.move', 'DESC')
      .limit(1)
      .getOne();
    return row ? labelsFrom([row])[0] : undefined;
  }

  /** All labels of a prompt as they were at a time, sorted by name. */
  async listAsOf(ctx: OperationContext, promptId: string, atMs: number): Promise<readonly Label[]> {
    const rows = this.database.rows(ctx, labelMoveRows);
    const lastMoves = rows
      .createQueryBuilder('earlier')
      .select('earlier.label', 'label')
      .addSelect('MAX(earlier.move)', 'last_move')
      .where('earlier.promptId = :promptId AND earlier.movedAt <= :atMs')
      .groupBy('earlier.label');
    const found = await rows
      .createQueryBuilder('move')
      .innerJoin(
        `(${lastMoves.getQuery()})`,
        'last',
        'last.label = move.label AND last.last_move = move.move',
      )
      .where('move.promptId = :promptId', { promptId, atMs })
      .orderBy('move.label', 'ASC')
      .getMany();
    return labelsFrom(found);
  }

  private movesOf(
    ctx: OperationContext,
    promptId: string,
    label: string,
  ): SelectQueryBuilder<LabelMoveRow> {
    return this.database
      .rows(ctx, labelMoveRows)
      .createQueryBuilder('move')
      .where('move.promptId = :promptId AND move.label = :label', { promptId, label });
  }
}

/** Where each label pointed after its move; one that was removed points nowhere. */
function labelsFrom(rows: readonly LabelMoveRow[]): readonly Label[] {
  return rows.flatMap((row) => {
    const { label: name, toVersionId: versionId, toVersion: version } = row;
    if (versionId === null || version === null) return [];
    return [{ name, versionId, version, lastMove: moveFrom(row) }];
  });
}

/** Promotions and releases have UUIDs; only a rollback names the number of a move. */
function restoredBy(groundId: string | null): number | null {
  return groundId !== null && /^\d+$/.test(groundId) ? Number(groundId) : null;
}
