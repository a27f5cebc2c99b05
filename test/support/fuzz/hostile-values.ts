import fc from 'fast-check';

/** What a database answers with an error, where nobody stops it before: Postgres takes no NUL. */
const potentTexts = ['\0', 'a\0b', 'p\0', '\ud800', 'x'.repeat(5000), '9'.repeat(400)];

/** Texts that have broken programs: of databases, paths, numbers, templates, Unicode and headers. */
const hostileTexts = [
  ...['', ' ', '\0', 'a\0b', '\ud800', 'x\udc00', '\n', '\r\nX-Evil: 1', '\t', '\u007f'],
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'then', 'length'],
  ...['../../etc/passwd', '..', '.', '%2e%2e%2f', 'C:\\x', 'file:///x', '//x', '~', '-rf'],
  ...["' OR '1'='1", '"; DROP TABLE x; --', '%', '_', '\\', "\\'", '`x`', '/*', 'x\u001a'],
  ...['NaN', 'null', 'true', '[]', '{}', '0', '-1', '-0', '1e400', '0x10', '٣', '１'],
  ...['2147483648', '9007199254740993', '9'.repeat(400), '1.0.0', '01.0.0', 'v1', '1.0.0+b'],
  ...['{{x}}', '{{#x}}', '{{> p}}', '{{=<% %>=}}', '${x}', '<script>alert(1)</script>', '#{x}'],
  ...['*', '^1', '>=1 <3', 'latest,latest', 'x', 'latest', ',', 'a,b', '"1"', 'W/"1"'],
  ...['é', 'e\u0301', '\u202e', '\ufeff', 'İ', 'ß', 'ﬀ', '\u{10ffff}', '🙂'.repeat(300)],
  ...['x'.repeat(64), 'x'.repeat(300), 'x'.repeat(5000), 'x\ufe0f'.repeat(300)],
  ...['0000-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z', '2026-02-31T00:00:00Z', '+00:00'],
];

const hostileNumbers = [
  ...[0, -1, 1.5, 2 ** 31 - 1, 2 ** 31, 2 ** 53 - 1, 2 ** 53, 2 ** 63, -(2 ** 63)],
  ...[1e21, Number.MAX_VALUE, -Number.MAX_VALUE, Number.MIN_VALUE],
];

const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));

/** As a parser makes it, with `__proto__` as a key of its own. */
const hostileObjects = ['{"__proto__":{"a":1}}', '{"constructor":{"prototype":{}}}', '{"":""}'];

export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...potentTexts) },
  { weight: 3, arbitrary: fc.constantFrom(...hostileTexts) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
);

export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: hostileText },
  { weight: 2, arbitrary: fc.constantFrom(...hostileNumbers) },
  { weight: 2, arbitrary: fc.constantFrom(null, true, false) },
  {
    weight: 2,
    arbitrary: fc.constantFrom<unknown>(
      ...[[], {}, [null], [[]], [{}], ['x'], { length: 1 }, { then: 1 }, { toJSON: 1 }],
      ...hostileObjects.map((text): unknown => JSON.parse(text)),
      ...[nested(20), nested(70), Array.from({ length: 1000 }, () => 0)],
    ),
  },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
);

/** Bodies that are no JSON that the program takes, whatever the operation. */
export const hostileBytes: fc.Arbitrary<Buffer> = fc.oneof(
  fc
    .constantFrom(
      ...[
        '',
        ' ',
        '{',
        '[]',
        'null',
        '7',
        '"x"',
        '{"a":1,}',
        '{"a":1}{}',
        '\ufeff{}',
        '{"a":1,"a":2}',
      ],
      ...[
        '{"__proto__":{}}',
        '{"a":1e400}',
        '['.repeat(5000),
        '{"a":"\\ud800"}',
        '{"a":"\\u0000"}',
      ],
    )
    .map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
);
