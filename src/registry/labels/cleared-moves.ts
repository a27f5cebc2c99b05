import { labelConflict } from './labels.errors.js';

/** A label that is about to point to a version; null when it is about to be removed. */
export interface PlannedMove {
  readonly prompt: string;
  readonly label: string;
  /** Undefined: to a version whose number is decided when it is published. */
  readonly to: string | null | undefined;
}

/**
 * The moves that plugins let pass, asked before the transaction. It is handed to whoever moves labels, so
 * that no entrance forgets to ask, and a move that became another one meanwhile is not made.
 */
export class ClearedMoves {
  /** Nobody is to be asked. */
  static readonly all = new ClearedMoves(undefined);

  private constructor(private readonly moves: ReadonlySet<string> | undefined) {}

  static of(moves: readonly PlannedMove[]): ClearedMoves {
    return new ClearedMoves(new Set(moves.map(keyOf)));
  }

  /** @throws label-conflict */
  require(move: PlannedMove): void {
    if (this.moves === undefined || this.moves.has(keyOf(move))) return;
    if (move.to !== null && this.moves.has(keyOf({ ...move, to: undefined }))) return;
    throw labelConflict(
      `The label ${move.label} of ${move.prompt} changed while plugins were asked: try again.`,
    );
  }
}

/** Neither names nor versions have a space. */
function keyOf({ prompt, label, to }: PlannedMove): string {
  return `${prompt} ${label} ${to === undefined ? '*' : (to ?? '')}`;
}
