import fc from 'fast-check';
import { gramRanges, gramsOf, wordsOf } from './grams.js';
import { searchText } from './search-text.js';

const characters = fc.constantFrom(
  'a',
  'b',
  'ß',
  'İ',
  'é',
  '漢',
  '字',
  '😀',
  '%',
  ' ',
  '\n',
  '\u3000',
);
const texts = fc.string({ unit: characters, maxLength: 20 }).map((text) => searchText(text));

describe('gramsOf', () => {
  it('takes three characters at each place of a word, and fewer at its end', () => {
    expect([...gramsOf('many/1 a\n漢字')]).toEqual(
      ['man', 'any', 'ny/', 'y/1', '/1', '1'].concat(['a'], ['漢字', '字']),
    );
  });

  it('counts characters as the databases do', () => {
    expect([...gramsOf('a😀b😀')]).toEqual(['a😀b', '😀b😀', 'b😀', '😀']);
  });

  it('makes nothing that a column of three characters does not hold, and nothing with a space', () => {
    fc.assert(
      fc.property(texts, (text) => {
        for (const gram of gramsOf(text)) expect(gram).toMatch(/^\S{1,3}$/u);
      }),
    );
  });
});

describe('gramRanges', () => {
  it('asks for all the grams of a word that are whole, each once', () => {
    expect(gramRanges('aaaab')).toEqual([
      { from: 'aaa', to: 'aaa' },
      { from: 'aab', to: 'aab' },
    ]);
  });

  it('asks for what starts with a word that is too short to be one', () => {
    for (const word of ['a', 'ab', '漢字', '😀']) {
      expect(gramRanges(word)).toEqual([{ from: word, to: `${word}\u{10ffff}` }]);
    }
  });

  it('leaves out no text that has the word', () => {
    fc.assert(
      fc.property(texts, fc.nat(), fc.nat(), (text, from, to) => {
        const all = Array.from(text);
        const part = all.slice(from % (all.length + 1), (to % (all.length + 1)) + 1).join('');
        const grams = [...gramsOf(text)];
        for (const range of wordsOf(part).flatMap(gramRanges)) {
          expect(grams.some((gram) => isWithin(gram, range))).toBe(true);
        }
      }),
    );
  });
});

/** By code point, as every database compares. */
function isWithin(gram: string, { from, to }: { from: string; to: string }): boolean {
  const compare = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
  return compare(gram, from) >= 0 && compare(gram, to) <= 0;
}
