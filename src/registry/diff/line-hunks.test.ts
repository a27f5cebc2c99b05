import { applyPatch } from 'diff';
import fc from 'fast-check';
import { type Hunk, lineCount, lineHunks } from './line-hunks.js';

const text = fc
  .array(fc.constantFrom('a', 'b', '', ' ', '-', '\\', 'a\r'), { maxLength: 12 })
  .chain((lines) => fc.constantFrom(lines.join('\n'), `${lines.join('\n')}\n`));

describe('lineHunks', () => {
  it('has the lines around a change for context', () => {
    const from = ['1', '2', '3', '4', '5', '6', '7', '8', '9'].join('\n');
    expect(lineHunks(from, from.replace('5', 'five'), 10)).toEqual([
      {
        oldStart: 2,
        oldLines: 7,
        newStart: 2,
        newLines: 7,
        lines: [' 2', ' 3', ' 4', '-5', '+five', ' 6', ' 7', ' 8'],
      },
    ]);
  });

  it('replaces everything when the change needs more edits than allowed', () => {
    expect(lineHunks('same\nold\n', 'same\nnew', 1)).toEqual([
      {
        oldStart: 1,
        oldLines: 2,
        newStart: 1,
        newLines: 2,
        lines: ['-same', '-old', '+same', '+new', '\\ No newline at end of file'],
      },
    ]);
  });

  it('turns one text into the other whether it gives up or not', () => {
    fc.assert(
      fc.property(text, text, fc.nat({ max: 30 }), (from, to, maxEdits) => {
        const hunks = lineHunks(from, to, maxEdits);
        expect(hunks.length === 0).toBe(from === to);
        expect(patched(from, hunks)).toBe(to);
      }),
      { numRuns: 1000 },
    );
  });

  it('counts its lines right whether it gives up or not', () => {
    fc.assert(
      fc.property(text, text, fc.nat({ max: 30 }), (from, to, maxEdits) => {
        for (const { oldLines, newLines, lines } of lineHunks(from, to, maxEdits)) {
          const count = (marks: string) => lines.filter((line) => marks.includes(line[0]!)).length;
          expect(oldLines).toBe(count(' -'));
          expect(newLines).toBe(count(' +'));
        }
      }),
    );
  });
});

describe('lineCount', () => {
  it.each([
    ['', 0],
    ['\n', 1],
    ['a', 1],
    ['a\n', 1],
    ['a\n\n', 2],
    ['a\nb', 2],
  ])('finds in %j %i lines', (value, expected) => {
    expect(lineCount(value)).toBe(expected);
  });
});

function patched(from: string, hunks: Hunk[]): string | false {
  const names = { oldFileName: '', newFileName: '', oldHeader: undefined, newHeader: undefined };
  return applyPatch(from, { ...names, hunks }, { autoConvertLineEndings: false });
}
