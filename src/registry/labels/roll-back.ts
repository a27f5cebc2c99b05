/** What a rollback needs to know of a move. */
export interface JournalStep {
  /** Counts the moves of the label from 1 without a gap. */
  readonly move: number;
  /** Null when the move removed the label. */
  readonly to: string | null;
  /** The number of the move that a rollback went back to; null for every other move. */
  readonly restored: number | null;
}

/** A move that gave the label a version. */
export interface LabelState extends JournalStep {
  readonly to: string;
}

/**
 * The state that a label had before the one it is in: what it pointed to when it last pointed to
 * another version, removals passed over. A rollback undoes what came after the state it went back
 * to, so several in a row walk back through distinct versions and never to and fro:
 *
 *   moves     1: A   2: B   3: C   4: rollback to 2 (B)   5: rollback to 1 (A)   nothing before A
 *
 * and after another move, `6: D`, the state before is the one that move 5 restored.
 *
 * @param journal every move of the label, oldest first
 */
export function stateBefore(journal: readonly JournalStep[]): LabelState | undefined {
  const current = journal.at(-1);
  let state = current;
  while (state) {
    state = journal[origin(journal, state).move - 2];
    if (state && isState(state) && state.to !== current?.to) return origin(journal, state);
  }
  return undefined;
}

/** The state that the label had after this move; undefined when there is no such move, or it was removed. */
export function stateAfter(journal: readonly JournalStep[], move: number): LabelState | undefined {
  const step = journal[move - 1];
  return step && isState(step) ? origin(journal, step) : undefined;
}

/** The move that first brought about the state that a step brought back. */
function origin<Step extends JournalStep>(journal: readonly JournalStep[], step: Step): Step {
  // What a rollback restored was a state itself, and one that no rollback had brought about.
  return step.restored === null ? step : ((journal[step.restored - 1] ?? step) as Step);
}

function isState(step: JournalStep): step is LabelState {
  return step.to !== null;
}
