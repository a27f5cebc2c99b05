import fc from 'fast-check';
import { likePattern, searchText } from './search-text.js';

/** What LIKE does with a pattern whose escape character is `!`, on every database. */
function like(text: string, pattern: string): boolean {
  const source = pattern.replaceAll(
    /!(.)|[%_]|[\\^$.*+?()[\]{}|/-]/gsu,
    (found, escaped?: string) => {
      if (escaped !== undefined) return RegExp.escape(escaped);
      if (found === '%') return '.*';
      return found === '_' ? '.' : RegExp.escape(found);
    },
  );
  return new RegExp(`^${source}$`, 'su').test(text);
}

describe('searchText', () => {
  it('joins what is there and leaves out what is not', () => {
    expect(searchText('support/triage', 'Sorts tickets')).toBe('support/triage\nsorts tickets');
    expect(searchText('support/triage', null)).toBe('support/triage');
  });

  it.each([
    ['case', 'ÄRGER', 'ärger'],
    ['a ligature', 'ﬁle', 'file'],
    ['full width', 'ＡＢＣ', 'abc'],
    ['a letter and its accent', 'e\u0301', '\u00e9'],
  ])('makes one of %s', (_, one, other) => {
    expect(searchText(one)).toBe(searchText(other));
  });
});

describe('likePattern', () => {
  it.each(['100%', 'a_b', 'wow!', '!%', '\\', '!!_'])('lets %j stand for itself', (text) => {
    expect(like(`before ${text} after`, likePattern(text))).toBe(true);
    expect(like('before and after', likePattern(text))).toBe(false);
  });

  it('finds a text exactly where it is', () => {
    const texts = fc.string({ unit: fc.constantFrom('a', 'b', '!', '%', '_', '\\'), maxLength: 8 });
    fc.assert(
      fc.property(texts, texts, (text, part) => {
        expect(like(text, likePattern(part))).toBe(text.includes(part));
      }),
    );
  });
});
