import fc from 'fast-check';
import type { Problem } from '../errors/index.js';
import { counterOf, type CursorKey, pageOf, pageRequest, pageResponse } from './page.js';

const keys = fc.array(
  fc.oneof(
    fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0')),
    fc.maxSafeInteger(),
  ),
  { minLength: 1, maxLength: 4 },
);

/** The cursor that a list gives out for a key. */
function cursorOf(key: CursorKey, list: string): string {
  const page = { items: [], next: key, total: undefined };
  return pageResponse(page, list, (item) => item).nextCursor!;
}

const afterOf = (cursor: string, list: string) => pageRequest({ limit: 50, cursor }, list).after;

function refusal(run: () => unknown): string | undefined {
  try {
    run();
  } catch (error) {
    return (error as Problem).code;
  }
  return undefined;
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a cursor', () => {
  it('gives back the key it was made of', () => {
    fc.assert(
      fc.property(keys, fc.string(), (key, list) => {
        expect(afterOf(cursorOf(key, list), list)).toEqual(key);
      }),
    );
  });

  it('passes through a URL as it is', () => {
    fc.assert(
      fc.property(keys, (key) => {
        const cursor = cursorOf(key, 'prompts');
        expect(encodeURIComponent(cursor)).toBe(cursor);
      }),
    );
  });

  it('is refused by every other list', () => {
    fc.assert(
      fc.property(keys, fc.string(), fc.string(), (key, list, other) => {
        fc.pre(list !== other);
        expect(refusal(() => afterOf(cursorOf(key, list), other))).toBe('invalid-cursor');
      }),
    );
  });

  it('is refused, and never read as something else, when it is any other text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(refusal(() => afterOf(text, 'prompts'))).toBe('invalid-cursor');
      }),
    );
  });

  it.each([
    ['no key', ['prompts']],
    ['null', ['prompts', null]],
    ['a boolean', ['prompts', true]],
    ['a fraction', ['prompts', 1.5]],
    ['a number beyond 2^53 - 1', ['prompts', 2 ** 53]],
    ['an object', ['prompts', { id: 'a' }]],
    ['a list', ['prompts', ['a']]],
    ['NUL, which Postgres cannot take', ['prompts', 'a\0']],
    ['no list', { 0: 'prompts', 1: 'a' }],
    ['a text alone', 'prompts'],
    ['null alone', null],
  ])('is refused when it holds %s', (_, value) => {
    expect(refusal(() => afterOf(encode(value), 'prompts'))).toBe('invalid-cursor');
  });
});

describe('a counter in a cursor', () => {
  it.each([1, 2, 2 ** 31 - 1])('may be %d', (value) => {
    expect(counterOf([value])).toBe(value);
  });

  it.each([[0], [-1], [2 ** 31], ['1'], []])('is never %p', (...key) => {
    expect(refusal(() => counterOf(key))).toBe('invalid-cursor');
  });
});

describe('a page', () => {
  const keyOf = (item: number) => [item];

  it('shows no more than its limit, and goes on exactly when there is more', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer({ min: 1, max: 10 }), (found, limit) => {
        const page = pageOf(found.slice(0, limit + 1), limit, keyOf, undefined);
        expect(page.items).toEqual(found.slice(0, limit));
        expect(page.next).toEqual(found.length > limit ? [found[limit - 1]] : undefined);
      }),
    );
  });

  it('says that it is the last, and shows a total only when it was asked for', () => {
    const show = (item: number) => `#${item}`;
    expect(pageResponse(pageOf([1, 2], 2, keyOf, undefined), 'list', show)).toEqual({
      items: ['#1', '#2'],
      nextCursor: null,
    });
    expect(pageResponse(pageOf([], 2, keyOf, 0), 'list', show)).toEqual({
      items: [],
      nextCursor: null,
      total: 0,
    });
  });

  it('is the first one when no cursor is given', () => {
    expect(pageRequest({ limit: 7 }, 'list')).toEqual({ limit: 7, after: undefined, total: false });
  });
});
