import fc from 'fast-check';
import { Problem } from '../errors/index.js';
import { parseStrictJson } from './strict-json.js';

function refusalOf(input: string | Uint8Array, maxDepth = 64): { code: string; pointer: string } {
  try {
    parseStrictJson(input, { maxDepth });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    expect(error.code).toBe('validation-failed');
    expect(error.errors).toHaveLength(1);
    const { code, pointer, detail } = error.errors[0]!;
    expect(detail.length).toBeLessThan(200);
    expect(pointer.length).toBeLessThanOrEqual(200);
    return { code, pointer };
  }
  throw new Error('the text was accepted');
}

const wellFormedText = fc
  .string({ unit: 'binary' })
  .filter((text) => !text.includes('\0') && text !== '__proto__');
const safeJson = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(
      fc.constant(null),
      fc.boolean(),
      wellFormedText,
      fc
        .double({ noNaN: true, noDefaultInfinity: true })
        .map((number) => (number === 0 ? 0 : number)),
    ),
    fc.array(tie('value')),
    fc.dictionary(wellFormedText, tie('value'), { noNullPrototype: true }),
  ),
})).value;

describe('what is accepted', () => {
  it('reads any safe JSON exactly as JSON.parse does, from text and from bytes', () => {
    fc.assert(
      fc.property(safeJson, fc.constantFrom(undefined, 2), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        const expected: unknown = JSON.parse(text);
        expect(parseStrictJson(text)).toEqual(expected);
        expect(parseStrictJson(Buffer.from(text))).toEqual(expected);
      }),
    );
  });

  it('accepts no text that JSON.parse refuses', () => {
    const fragment = fc.constantFrom(
      ...['{', '}', '[', ']', ',', ':', '"', 'a', '\\', '\\u00', '1', '-', '.', 'e', '+', '0'],
      ...['true', 'null', ' ', '\n', '\u00a0', '\u2028', '\v', '/', '//', '/**/', '"k"'],
    );
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 9 }), (fragments) => {
        const text = fragments.join('');
        let accepted: unknown;
        try {
          accepted = parseStrictJson(text);
        } catch (error) {
          expect(error).toBeInstanceOf(Problem);
          return;
        }
        expect(accepted).toEqual(JSON.parse(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps the names of Object.prototype members as ordinary keys', () => {
    const value = parseStrictJson('{"constructor":1,"toString":2,"hasOwnProperty":3}');
    expect(Object.entries(value as object)).toEqual([
      ['constructor', 1],
      ['toString', 2],
      ['hasOwnProperty', 3],
    ]);
  });

  it('lets sibling objects use the same keys', () => {
    expect(parseStrictJson('{"a":{"a":1},"b":[{"a":1},{"a":2}]}')).toEqual({
      a: { a: 1 },
      b: [{ a: 1 }, { a: 2 }],
    });
  });

  it.each([
    '0',
    '1.0',
    '0.10',
    '1e-6',
    '-1e-7',
    '1E2',
    '1e+2',
    '100000000000000000000',
    '1e308',
    '5e-324',
    '0e999',
  ])('accepts the number %s, which a double keeps', (source) => {
    expect(parseStrictJson(source)).toBe(Number(source));
  });

  it('accepts every double as JavaScript and as fixed-point notation print it', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        fc.pre(number !== 0);
        expect(parseStrictJson(String(number))).toBe(number);
        expect(parseStrictJson(number.toExponential())).toBe(number);
      }),
    );
  });
});

describe('what is refused', () => {
  it.each([
    ['duplicate-key', '/b', '{"a":1,"b":2,"b":3}'],
    ['duplicate-key', '/x/0/a', '{"x":[{"a":1,"\\u0061":2}]}'],
    ['duplicate-key', '/a~1b~0c', '{"a/b~c":1,"a/b~c":1}'],
    ['duplicate-key', '/constructor', '{"constructor":1,"constructor":1}'],
    ['nul-character', '/a', '{"a":"x\\u0000y"}'],
    ['nul-character', '/a', '{"a":{"x\\u0000":1}}'],
    ['lone-surrogate', '/a/1', '{"a":["\\ud83d\\ude00","\\ud83d"]}'],
    ['lone-surrogate', '', '{"\\ude00":1}'],
    ['forbidden-key', '/a', '{"a":{"__proto__":{}}}'],
    ['forbidden-key', '', '{"__pro\\u0074o__":{}}'],
    ['unsafe-number', '/n', '{"n":12345678901234567890}'],
    ['unsafe-number', '/n', '{"n":9007199254740993}'],
    ['unsafe-number', '/n', '{"n":0.1000000000000000055511151231257827}'],
    ['unsafe-number', '', '1e400'],
    ['unsafe-number', '', '-1e-400'],
    ['unsafe-number', '', '-0'],
    ['unsafe-number', '', '-0.0e5'],
    ['byte-order-mark', '', '\uFEFF{}'],
    ['invalid-json', '', ''],
    ['invalid-json', '', '{"a":1,}'],
    ['invalid-json', '', '[1,]'],
    ['invalid-json', '', '{"a":1} x'],
    ['invalid-json', '', '[1] // why'],
    ['invalid-json', '', '{a:1}'],
    ['invalid-json', '', "{'a':1}"],
    ['invalid-json', '', '[01]'],
    ['invalid-json', '', '[NaN]'],
    ['invalid-json', '', '"a\nb"'],
    ['invalid-json', '', '[1,\u00a02]'],
  ])('answers %s at "%s" for %j', (code, pointer, text) => {
    expect(refusalOf(text)).toEqual({ code, pointer });
  });

  it('names line and column of a syntax error', () => {
    expect(() => parseStrictJson('{\n  "a": nope\n}')).toThrow(
      expect.objectContaining({
        errors: [expect.objectContaining({ detail: expect.stringContaining('line 2, column 8') })],
      }),
    );
  });

  it.each([
    ['an overlong slash', [0x22, 0xc0, 0xaf, 0x22]],
    ['a lone continuation byte', [0x22, 0x80, 0x22]],
    ['an encoded surrogate', [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ['a cut sequence', [0x22, 0xe2, 0x82]],
  ])('refuses %s as invalid UTF-8', (_name, bytes) => {
    expect(refusalOf(Buffer.from(bytes))).toEqual({ code: 'invalid-utf8', pointer: '' });
  });

  it('refuses a byte order mark in bytes', () => {
    const bytes = Buffer.from([0xef, 0xbb, 0xbf, 0x7b, 0x7d]);
    expect(refusalOf(bytes)).toEqual({ code: 'byte-order-mark', pointer: '' });
  });

  it('refuses any key that is sent twice, wherever it stands', () => {
    fc.assert(
      fc.property(wellFormedText, safeJson, (key, value) => {
        const member = `${JSON.stringify(key)}:${JSON.stringify(value)}`;
        expect(refusalOf(`[0,{${member},${member}}]`).code).toBe('duplicate-key');
      }),
    );
  });

  it('counts objects and arrays towards the depth and nothing else', () => {
    expect(parseStrictJson('[{"a":[]}]', { maxDepth: 3 })).toEqual([{ a: [] }]);
    expect(refusalOf('[{"a":[[]]}]', 3)).toEqual({ code: 'too-deep', pointer: '/0/a/0' });
    expect(parseStrictJson('["[[[[",{"{{{":1}]', { maxDepth: 2 })).toHaveLength(2);
  });
});

describe('hostile sizes', () => {
  const mebibyte = 1024 * 1024;

  it.each(['[', '{"a":', '[{"":'])('ends a mebibyte of %j as too deep', (opening) => {
    expect(refusalOf(opening.repeat(mebibyte / opening.length)).code).toBe('too-deep');
  });

  it('ends balanced deep nesting as too deep', () => {
    const text = '['.repeat(mebibyte / 2) + ']'.repeat(mebibyte / 2);
    expect(refusalOf(text).code).toBe('too-deep');
  });

  it('repeats no more than an excerpt of a huge key or number', () => {
    const key = JSON.stringify('k'.repeat(mebibyte));
    expect(refusalOf(`{"a":{${key}:1,${key}:2}}`)).toEqual({
      code: 'duplicate-key',
      pointer: '/a',
    });
    expect(refusalOf('9'.repeat(mebibyte)).code).toBe('unsafe-number');
  });

  it('reads a number with a mebibyte of inner zeros without going quadratic', () => {
    expect(refusalOf(`1${'0'.repeat(mebibyte)}1`).code).toBe('unsafe-number');
    expect(parseStrictJson(`1.${'0'.repeat(mebibyte)}`)).toBe(1);
    expect(refusalOf(`0.${'0'.repeat(mebibyte)}1`).code).toBe('unsafe-number');
  });
});
