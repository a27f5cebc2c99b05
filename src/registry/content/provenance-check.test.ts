import { checkProvenance } from './provenance-check.js';

function refusal(code: string) {
  return expect.objectContaining({
    code: 'validation-failed',
    errors: [expect.objectContaining({ pointer: '/provenance', code })],
  });
}

describe('checkProvenance', () => {
  it('returns any JSON object untouched', () => {
    const provenance = { source: 'langfuse', author: null, constructor: [1, { a: true }] };
    expect(checkProvenance(provenance)).toBe(provenance);
  });

  it.each([null, [], 'x', 1, undefined])('refuses %j, which is no object', (value) => {
    expect(() => checkProvenance(value)).toThrow(refusal('wrong-type'));
  });

  it('allows 8 KiB of canonical text', () => {
    const longest = 'x'.repeat(8 * 1024 - '{"a":""}'.length);
    expect(() => checkProvenance({ a: longest })).not.toThrow();
    expect(() => checkProvenance({ a: `${longest}x` })).toThrow(refusal('too-large'));
  });

  it('refuses endless nesting', () => {
    let value: unknown = {};
    for (let level = 0; level < 100_000; level += 1) value = [value];
    expect(() => checkProvenance({ value })).toThrow(refusal('too-deep'));
  });
});
