import fc from 'fast-check';
import { sha256Hex } from '../../platform/crypto/index.js';
import { type Content } from './content.js';
import { canonicalContent, contentDigest } from './content-digest.js';

const lock = [{ ref: 'common/safety@2.1.0', digest: 'sha256:00' }];
const content: fc.Arbitrary<Content> = fc.record({
  kind: fc.constant('text'),
  text: fc.string({ unit: 'grapheme', minLength: 1 }),
  model: fc.record({
    parameters: fc
      .dictionary(fc.string(), fc.jsonValue())
      .map((value) => JSON.parse(JSON.stringify(value))),
  }),
});

/** The same value with every object's keys in the opposite order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member)]),
  );
}

describe('the digest of a version', () => {
  it('is SHA-256 over the RFC 8785 text of content, format and lock', () => {
    const text = '{"content":{"kind":"text","text":"é"},"format":1,"lock":[]}';
    expect(contentDigest({ text: 'é', kind: 'text' }, [])).toBe(`sha256:${sha256Hex(text)}`);
  });

  it('stays what it was in the first release, or every stored digest would be wrong', () => {
    expect(contentDigest({ kind: 'text', text: 'Hello' }, lock)).toBe(
      'sha256:595f292aaf17c0c12aea0713fedc5a59b6fa5fec83a7b95ff211dabed2035807',
    );
  });

  it('does not depend on the order of keys', () => {
    fc.assert(
      fc.property(content, (value) => {
        expect(contentDigest(reversed(value) as Content, lock)).toBe(contentDigest(value, lock));
      }),
    );
  });

  it('is the same for the stored text, read back', () => {
    fc.assert(
      fc.property(content, (value) => {
        const stored = canonicalContent(value);
        const readBack = JSON.parse(stored) as Content;
        expect(readBack).toEqual(value);
        expect(canonicalContent(readBack)).toBe(stored);
        expect(contentDigest(readBack, lock)).toBe(contentDigest(value, lock));
      }),
    );
  });

  it('changes with the content and with the lock', () => {
    const one: Content = { kind: 'text', text: 'Hello' };
    const digests = [
      contentDigest(one, lock),
      contentDigest({ ...one, text: 'hello' }, lock),
      contentDigest({ ...one, variables: [] }, lock),
      contentDigest(one, []),
      contentDigest(one, [{ ref: 'common/safety@2.1.1', digest: 'sha256:00' }]),
    ];
    expect(new Set(digests).size).toBe(digests.length);
  });
});
