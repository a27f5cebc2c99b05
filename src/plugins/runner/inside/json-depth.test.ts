import fc from 'fast-check';
import { isDeeperThan } from './json-depth.js';

describe('the depth of a JSON text', () => {
  it.each([
    ['1', 0],
    ['[]', 1],
    ['{"a":[{}]}', 3],
    ['["[[[[", "\\"[[[["]', 1],
    ['{"}}}":{"\\\\":[]}}', 3],
  ])('of %s is %d', (json, depth) => {
    expect(isDeeperThan(depth, json)).toBe(false);
    if (depth > 0) expect(isDeeperThan(depth - 1, json)).toBe(true);
  });

  it('is what walking the value finds', () => {
    const depthOf = (value: unknown): number =>
      typeof value === 'object' && value !== null
        ? 1 + Math.max(0, ...Object.values(value).map(depthOf))
        : 0;
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const json = JSON.stringify(value);
        const depth = depthOf(value);

        expect(isDeeperThan(depth, json)).toBe(false);
        if (depth > 0) expect(isDeeperThan(depth - 1, json)).toBe(true);
      }),
    );
  });

  it('is found without an error in what is no JSON', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(typeof isDeeperThan(3, text)).toBe('boolean');
      }),
    );
  });
});
