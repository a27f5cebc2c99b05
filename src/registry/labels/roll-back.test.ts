import fc from 'fast-check';
import { type JournalStep, stateAfter, stateBefore } from './roll-back.js';

type Operation =
  | { readonly kind: 'move'; readonly to: string | null }
  | { readonly kind: 'back' }
  | { readonly kind: 'backTo'; readonly move: number };

interface State {
  readonly move: number;
  readonly to: string | null;
}

/** The label as the rollback's rule tells it: a pile of states, from which a rollback takes. */
class PileOfStates {
  /** What the pile was after each move. */
  private readonly after: (readonly State[])[] = [];
  readonly journal: JournalStep[] = [];

  private get pile(): readonly State[] {
    return this.after.at(-1) ?? [];
  }

  get current(): string | null {
    return this.pile.at(-1)?.to ?? null;
  }

  apply(operation: Operation): void {
    switch (operation.kind) {
      case 'move': {
        if (operation.to === this.current) return;
        const state = { move: this.journal.length + 1, to: operation.to };
        this.write(state.to, null, [...this.pile, state]);
        return;
      }
      case 'back':
        this.restore(this.earlier());
        return;
      case 'backTo':
        this.restore(this.after[operation.move - 1] ?? []);
    }
  }

  /** The pile without what is on top of the last state with another version. */
  earlier(): readonly State[] {
    const height = this.pile.findLastIndex(({ to }) => to !== null && to !== this.current);
    return this.pile.slice(0, height + 1);
  }

  private restore(pile: readonly State[]): void {
    const state = pile.at(-1);
    if (typeof state?.to !== 'string' || state.to === this.current) return;
    this.write(state.to, state.move, pile);
  }

  private write(to: string | null, restored: number | null, pile: readonly State[]): void {
    this.journal.push({ move: this.journal.length + 1, to, restored });
    this.after.push(pile);
  }
}

const version = fc.constantFrom('1.0.0', '1.1.0', '2.0.0');
const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ kind: fc.constant('move' as const), to: fc.option(version) }),
  fc.record({ kind: fc.constant('back' as const) }),
  fc.record({ kind: fc.constant('backTo' as const), move: fc.integer({ min: 1, max: 20 }) }),
);

describe('the state before', () => {
  it('is the one that a pile of states has under its top, whatever happened', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 30 }), (operations) => {
        const label = new PileOfStates();
        for (const one of operations) {
          label.apply(one);
          const expected = label.earlier().at(-1);
          const found = stateBefore(label.journal);
          expect(found && { move: found.move, to: found.to }).toEqual(expected);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('walks back through every version that the label was moved to, and then ends', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.stringMatching(/^\d\.\d\.\d$/)), (versions) => {
        const journal: JournalStep[] = versions.map((to, index) => ({
          move: index + 1,
          to,
          restored: null,
        }));
        const walked: string[] = [];
        for (let state = stateBefore(journal); state; state = stateBefore(journal)) {
          walked.push(state.to);
          journal.push({ move: journal.length + 1, to: state.to, restored: state.move });
        }
        expect(walked).toEqual(versions.slice(0, -1).toReversed());
      }),
    );
  });

  it('is none in an empty journal', () => {
    expect(stateBefore([])).toBeUndefined();
  });
});

describe('the state after a move', () => {
  const journal: readonly JournalStep[] = [
    { move: 1, to: '1.0.0', restored: null },
    { move: 2, to: '2.0.0', restored: null },
    { move: 3, to: null, restored: null },
    { move: 4, to: '1.0.0', restored: 1 },
  ];

  it('is the one that it brought about, or brought back', () => {
    expect([1, 2, 4].map((move) => stateAfter(journal, move)?.move)).toEqual([1, 2, 1]);
  });

  it.each([0, -1, 3, 5, 1.5, 2 ** 53])('is none after move %d', (move) => {
    expect(stateAfter(journal, move)).toBeUndefined();
  });
});
