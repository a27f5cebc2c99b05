import type { Actor } from '../../platform/authorization/index.js';

/** How a move came about: by itself, with a publish, or as a part of something larger. */
export type MoveGround = 'move' | 'publish' | 'promotion' | 'release' | 'rollback' | 'break-glass';

/** One line of a label's journal. */
export interface LabelMove {
  readonly id: string;
  readonly label: string;
  /** Counts the moves of this label of this prompt from 1; the label's ETag. */
  readonly move: number;
  /** Null when the label did not exist before. */
  readonly from: string | null;
  /** Null when the move removed the label. */
  readonly to: string | null;
  readonly reason: string | null;
  readonly ground: MoveGround;
  /**
   * The promotion or release that the move is part of, or the number of the move that a rollback
   * went back to.
   */
  readonly groundId: string | null;
  readonly movedAtMs: number;
  readonly movedBy: Actor;
}

/** Where a label points, with the move that put it there. */
export interface Label {
  readonly name: string;
  readonly versionId: string;
  readonly version: string;
  readonly lastMove: LabelMove;
}
