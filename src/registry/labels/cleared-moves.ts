import { labelConflict } from './labels.errors.js';

/** A label that is about to point to a version; null when it is about to be removed. */
export interface PlannedMove {
  readonly prompt: string;
  readonly label: string;
  /** Undefined: to a version whose number is decided when it is published. */
  readonly to: string | null | undefined;
}

/** A planned move as plugins judge it. */
export interface JudgedMove extends PlannedMove {
  /** Null when the label does not exist. */
  readonly from: string | null;
}

/**
 * The moves that plugins let pass, asked before the transaction. It is handed to whoever moves labels, so
 * that no entrance forgets to ask, and a move that became another one meanwhile, at either end, is not
 * made: the same version can be a step forward from one and a step back from another.
 */
export class ClearedMoves {
  /** Nobody is to be asked. */
  static readonly all = new ClearedMoves(undefined);

  private constructor(private readonly moves: ReadonlySet<string> | undefined) {}

  static of(moves: readonly JudgedMove[]): ClearedMoves {
    return new ClearedMoves(new Set(moves.map(keyOf)));
  }

  /** @throws label-conflict */
  require(move: JudgedMove): void {
    if (this.moves === undefined || this.moves.has(keyOf(move))) return;
    if (move.to !== null && this.moves.has(keyOf({ ...move, to: undefined }))) return;
    throw labelConflict(
      `The label ${move.label} of ${move.prompt} changed while plugins were asked: try again.`,
      { members: { currentVersion: move.from } },
    );
  }
}

/** Neither names nor versions have a space. */
function keyOf({ prompt, label, from, to }: JudgedMove): string {
  return `${prompt} ${label} ${from ?? ''} ${to === undefined ? '*' : (to ?? '')}`;
}
