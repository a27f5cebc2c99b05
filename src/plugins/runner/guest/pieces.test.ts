import fc from 'fast-check';
import { appendText, pieceLength, textOf } from './pieces.js';

describe('a text in pieces', () => {
  it('is the same when it is put together', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 3 }),
        fc.integer({ min: 0, max: 2000 }),
        (text, times) => {
          const long = text.repeat(times);
          const pieces = appendText(['kind', 1], long).slice(2) as string[];

          expect(textOf(pieces)).toBe(long);
          expect(pieces.every(({ length }) => length > 0 && length <= pieceLength)).toBe(true);
        },
      ),
    );
  });
});
