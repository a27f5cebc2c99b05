import fc from 'fast-check';
import { canonicalJson } from './canonical.js';
import { digestOf, sha256Hex } from './digest.js';

const json = fc
  .jsonValue({ stringUnit: 'binary' })
  .map((value): unknown => JSON.parse(JSON.stringify(value)));

describe('canonicalJson', () => {
  it('prints the example of RFC 8785, 3.2.2 and 3.2.3', () => {
    const value: unknown = JSON.parse(
      '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],' +
        '"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/",' +
        '"literals":[null,true,false]}',
    );
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it('sorts keys by UTF-16 code unit, as RFC 8785, 3.2.3 asks', () => {
    const value = { '€': 1, '\r': 2, '\ufb33': 3, '1': 4, '😀': 5, '\u0080': 6, ö: 7 };
    expect(Object.keys(JSON.parse(canonicalJson(value)) as object)).toEqual([
      '1',
      '\r',
      '\u0080',
      'ö',
      '€',
      '😀',
      '\ufb33',
    ]);
  });

  it('says the same value in the same text after a round trip', () => {
    fc.assert(
      fc.property(json, (value) => {
        const text = canonicalJson(value);
        expect(JSON.parse(text)).toEqual(value);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
  });

  it.each([undefined, Number.NaN, Number.POSITIVE_INFINITY, { a: '\ud800' }])(
    'refuses %j, which has no canonical text',
    (value) => {
      expect(() => canonicalJson(value)).toThrow();
    },
  );
});

describe('digests', () => {
  it('hashes the published test vector', () => {
    expect(sha256Hex('abc')).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });

  it('takes the digest over the UTF-8 bytes of the canonical text', () => {
    expect(digestOf({ b: 'é', a: 1 })).toBe(`sha256:${sha256Hex(Buffer.from('{"a":1,"b":"é"}'))}`);
  });
});
