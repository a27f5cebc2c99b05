import fc from 'fast-check';
import { type FieldError, type Problem } from '../../platform/errors/index.js';
import { maxTagLength, maxTags, parseTags } from './tags.js';

describe('parseTags', () => {
  it('keeps each tag once, sorted, and minds its case', () => {
    expect(parseTags(['b', 'a', 'B', 'b'])).toEqual(['B', 'a', 'b']);
  });

  it('takes two spellings of one letter for the same tag', () => {
    expect(parseTags(['caf\u00e9', 'cafe\u0301'])).toEqual(['caf\u00e9']);
  });

  it.each(['two words', '日本語', '😀', 'a/b', '100%', "o'clock", '__proto__'])(
    'accepts %j',
    (tag) => {
      expect(parseTags([tag])).toEqual([tag]);
    },
  );

  it.each(['', ' ', ' a', 'a ', 'a\u00a0', 'a,b', 'a\nb', 'a\0', 'a\u200bb', '\ud800'])(
    'refuses %j and says which one it is',
    (tag) => {
      expect(refusalOf(['fine', tag])).toMatchObject([{ pointer: '/tags/1', code: 'invalid-tag' }]);
    },
  );

  it('counts characters and not their halves', () => {
    expect(parseTags(['😀'.repeat(maxTagLength)])).toHaveLength(1);
    expect(refusalOf(['😀'.repeat(maxTagLength + 1)])).toMatchObject([{ pointer: '/tags/0' }]);
  });

  it('accepts 50 tags and refuses 51', () => {
    const tags = Array.from({ length: maxTags + 1 }, (_, index) => `tag-${index}`);
    expect(parseTags(tags.slice(1))).toHaveLength(maxTags);
    expect(refusalOf(tags)).toMatchObject([{ pointer: '/tags', code: 'too-many' }]);
  });

  it('answers the same for its own answer and for any order', () => {
    const tag = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }).filter(isAccepted);
    fc.assert(
      fc.property(fc.array(tag, { maxLength: 10 }), (tags) => {
        const parsed = parseTags(tags);
        expect(parseTags(parsed)).toEqual(parsed);
        expect(parseTags([...tags].reverse())).toEqual(parsed);
      }),
    );
  });
});

function refusalOf(tags: readonly string[]): readonly FieldError[] {
  try {
    parseTags(tags);
  } catch (error) {
    return (error as Problem).errors;
  }
  throw new Error('the tags were accepted');
}

function isAccepted(tag: string): boolean {
  try {
    return parseTags([tag]).length === 1;
  } catch {
    return false;
  }
}
