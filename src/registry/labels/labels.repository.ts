import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { actorOf, type OperationContext } from '../../platform/authorization/index.js';
import { newId } from '../../platform/crypto/index.js';
import { actorColumns, actorFrom, Database } from '../../platform/database/index.js';
import { Clock } from '../../platform/time/index.js';
import type { Label, LabelMove, MoveGround } from './label.js';
import { type LabelMoveRow, labelMoveRows, type LabelRow, labelRows } from './labels.rows.js';

export interface VersionPointer {
  readonly id: string;
  readonly version: string;
}

export interface NewMove {
  readonly projectId: string;
  readonly promptId: string;
  readonly label: string;
  readonly from: VersionPointer | null;
  readonly to: VersionPointer | null;
  readonly reason: string | null;
  readonly ground: MoveGround;
  readonly groundId: string | null;
}

@Injectable()
export class LabelsRepository {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async find(ctx: OperationContext, promptId: string, name: string): Promise<Label | undefined> {
    const row = await this.database.rows(ctx, labelRows).findOneBy({ promptId, name });
    return row ? (await this.withMoves(ctx, [row]))[0] : undefined;
  }

  /** Sorted by name. A prompt has few labels, so there is one page. */
  async list(ctx: OperationContext, promptId: string): Promise<readonly Label[]> {
    const rows = await this.database
      .rows(ctx, labelRows)
      .find({ where: { promptId }, order: { name: 'ASC' } });
    return this.withMoves(ctx, rows);
  }

  /** Label names by the id of the version they point to, sorted. */
  async namesByVersion(
    ctx: OperationContext,
    versionIds: readonly string[],
  ): Promise<ReadonlyMap<string, readonly string[]>> {
    if (versionIds.length === 0) return new Map();
    const rows = await this.database
      .rows(ctx, labelRows)
      .find({ where: { versionId: In([...versionIds]) }, order: { name: 'ASC' } });
    const byVersion = Map.groupBy(rows, (row) => row.versionId);
    return new Map([...byVersion].map(([id, labels]) => [id, labels.map(({ name }) => name)]));
  }

  /**
   * Writes the journal and then the pointer. The prompt must be locked, which is what keeps two
   * moves of one label apart.
   */
  async move(tx: OperationContext, move: NewMove): Promise<LabelMove> {
    const { projectId, promptId, label, from, to, reason, ground, groundId } = move;
    const row: LabelMoveRow = {
      id: newId(),
      projectId,
      promptId,
      label,
      move: (await this.lastMoveNumber(tx, promptId, label)) + 1,
      fromVersionId: from?.id ?? null,
      fromVersion: from?.version ?? null,
      toVersionId: to?.id ?? null,
      toVersion: to?.version ?? null,
      reason,
      ground,
      groundId,
      movedAt: this.clock.nowMs(),
      ...actorColumns('movedBy', actorOf(tx.principal)),
    };
    await this.database.rows(tx, labelMoveRows).insert(row);
    const labels = this.database.rows(tx, labelRows);
    if (to === null) await labels.delete({ promptId, name: label });
    else if (from === null) {
      await labels.insert({ promptId, name: label, versionId: to.id, moveId: row.id });
    } else {
      await labels.update({ promptId, name: label }, { versionId: to.id, moveId: row.id });
    }
    return moveFrom(row);
  }

  private async lastMoveNumber(
    tx: OperationContext,
    promptId: string,
    label: string,
  ): Promise<number> {
    const last = await this.database.rows(tx, labelMoveRows).findOne({
      select: { id: true, move: true },
      where: { promptId, label },
      order: { move: 'DESC' },
    });
    return last?.move ?? 0;
  }

  private async withMoves(
    ctx: OperationContext,
    rows: readonly LabelRow[],
  ): Promise<readonly Label[]> {
    if (rows.length === 0) return [];
    const moves = await this.database
      .rows(ctx, labelMoveRows)
      .findBy({ id: In(rows.map((row) => row.moveId)) });
    const byId = new Map(moves.map((move) => [move.id, move]));
    return rows.flatMap((row) => {
      const move = byId.get(row.moveId);
      if (move?.toVersion === undefined || move.toVersion === null) return [];
      const lastMove = moveFrom(move);
      return [{ name: row.name, versionId: row.versionId, version: move.toVersion, lastMove }];
    });
  }
}

export function moveFrom(row: LabelMoveRow): LabelMove {
  return {
    id: row.id,
    label: row.label,
    move: row.move,
    from: row.fromVersion,
    to: row.toVersion,
    reason: row.reason,
    ground: (row.ground ?? 'move') as MoveGround,
    groundId: row.groundId,
    movedAtMs: row.movedAt,
    movedBy: actorFrom(row, 'movedBy'),
  };
}
