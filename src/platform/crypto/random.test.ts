import { newId } from './ids.js';
import { base62Alphabet, randomBase62 } from './random-tokens.js';

describe('newId', () => {
  it('makes UUIDs of version 7 that carry the time they were made', () => {
    const before = Date.now();
    const id = newId();
    const after = Date.now();
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const milliseconds = parseInt(id.replace('-', '').slice(0, 12), 16);
    expect(milliseconds).toBeGreaterThanOrEqual(before);
    expect(milliseconds).toBeLessThanOrEqual(after);
  });

  it('never repeats itself', () => {
    expect(new Set(Array.from({ length: 10_000 }, newId)).size).toBe(10_000);
  });
});

describe('randomBase62', () => {
  it('has the length asked for and uses the whole alphabet evenly', () => {
    const text = randomBase62(62_000);
    expect(text).toHaveLength(62_000);
    const counts = Array.from(base62Alphabet, (letter) => text.split(letter).length - 1);
    // Each letter is expected 1000 times with a deviation of 31; a byte modulo 62 would give the
    // first eight about 1210.
    expect(Math.min(...counts)).toBeGreaterThan(780);
    expect(Math.max(...counts)).toBeLessThan(1200);
  });
});
