import fc from 'fast-check';
import { linesIn } from './text-lines.js';

async function* inPieces(text: string, cuts: readonly number[]) {
  let start = 0;
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    yield text.slice(start, cut);
    start = cut;
  }
  yield await Promise.resolve(text.slice(start));
}

async function linesOf(text: string, cuts: readonly number[] = []) {
  const lines: string[] = [];
  for await (const line of linesIn(inPieces(text, cuts))) lines.push(line);
  return lines;
}

it('puts the same lines together however the text was cut', async () => {
  const line = fc.string({ unit: fc.constantFrom('a', '"', '\r', '\u2028', 'é') });
  await fc.assert(
    fc.asyncProperty(fc.array(line), fc.array(fc.nat({ max: 40 })), async (lines, cuts) => {
      const text = lines.map((each) => `${each}\n`).join('');
      expect(await linesOf(text, cuts)).toEqual(lines);
    }),
  );
});

it('gives the last line although nothing ends it', async () => {
  expect(await linesOf('a\nb')).toEqual(['a', 'b']);
});
