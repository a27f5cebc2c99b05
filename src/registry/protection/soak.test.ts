import fc from 'fast-check';
import { soakOf, type SoakMove } from './soak.js';

const move = (to: string | null, movedAtMs: number): SoakMove => ({ to, movedAtMs });

const journal: fc.Arbitrary<readonly SoakMove[]> = fc
  .array(fc.tuple(fc.constantFrom('a', 'b', null), fc.nat(50)), { maxLength: 12 })
  .map((steps) => {
    let atMs = 0;
    return steps.map(([to, laterMs]) => move(to, (atMs += laterMs)));
  });
const nowMs = 1_000;

describe('how long a version soaked', () => {
  it('is nothing under a label that never pointed to it', () => {
    expect(soakOf([], 'a', nowMs)).toEqual({ sinceMs: null, longestMs: 0 });
    expect(soakOf([move('b', 1)], 'a', nowMs)).toEqual({ sinceMs: null, longestMs: 0 });
  });

  it('counts until now while it is there', () => {
    expect(soakOf([move('b', 1), move('a', 400)], 'a', nowMs)).toEqual({
      sinceMs: 400,
      longestMs: 600,
    });
  });

  it('is the longest stay, and never the sum of several', () => {
    const moves = [move('a', 100), move('b', 300), move('a', 400), move(null, 700), move('a', 900)];

    expect(soakOf(moves, 'a', nowMs)).toEqual({ sinceMs: 900, longestMs: 300 });
  });

  it('stays what it was when the label moves on', () => {
    expect(soakOf([move('a', 100), move('b', 500)], 'a', nowMs)).toEqual({
      sinceMs: null,
      longestMs: 400,
    });
  });

  it('agrees with looking at every millisecond', () => {
    fc.assert(
      fc.property(journal, (moves) => {
        let run = 0;
        let longest = 0;
        for (let atMs = 0; atMs < nowMs; atMs += 1) {
          const last = moves.findLast(({ movedAtMs }) => movedAtMs <= atMs);
          // A label that moved away and back within a millisecond was away all the same.
          const returned = moves.filter(({ movedAtMs }) => movedAtMs === atMs);
          if (returned.length > 0) run = 0;
          run = last?.to === 'a' ? run + 1 : 0;
          longest = Math.max(longest, run);
        }
        expect(soakOf(moves, 'a', nowMs).longestMs).toBe(longest);
      }),
    );
  });

  it('needs only the moves that take the version there or away', () => {
    fc.assert(
      fc.property(journal, (moves) => {
        const touching = moves.filter(
          ({ to }, index) => to === 'a' || moves[index - 1]?.to === 'a',
        );
        expect(soakOf(touching, 'a', nowMs)).toEqual(soakOf(moves, 'a', nowMs));
      }),
    );
  });
});
