import fc from 'fast-check';
import { thrownText } from './thrown-text.js';

describe('the text of what was thrown', () => {
  it.each([
    [new TypeError('wrong'), 'TypeError: wrong'],
    [{ message: 'no error' }, 'no error'],
    ['just a text', 'just a text'],
    [undefined, 'undefined'],
    [1n, '1'],
    [{}, 'something was thrown that has no text'],
    [{ message: {} }, 'something was thrown that has no text'],
    [Object.create(null), 'something was thrown that has no text'],
  ])('of %p is %p', (thrown, text) => {
    expect(thrownText(thrown, 100)).toBe(text);
  });

  it('is never too long, and never throws', () => {
    fc.assert(
      fc.property(fc.anything(), fc.integer({ min: 0, max: 20 }), (thrown, maxLength) => {
        expect(thrownText(thrown, maxLength).length).toBeLessThanOrEqual(Math.max(maxLength, 37));
      }),
    );
  });
});
