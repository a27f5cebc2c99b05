import fc from 'fast-check';
import { maxTries, parseRetryAfter, retryDelayMs } from './retry-schedule.js';

const minute = 60_000;
const hour = 60 * minute;
const now = Date.parse('2027-01-01T00:00:00Z');

describe('the schedule of retries', () => {
  it('is that of the specification', () => {
    const delays = Array.from({ length: maxTries }, (_, tries) => retryDelayMs(tries + 1, null, 0));
    expect(delays).toEqual([
      ...[5_000, 5 * minute, 30 * minute],
      ...[2, 5, 10, 14, 20, 24].map((hours) => hours * hour),
      undefined,
    ]);
  });

  it('lasts about three days, with jitter too', () => {
    const total = (chance: number) =>
      Array.from({ length: maxTries - 1 }, (_, tries) =>
        retryDelayMs(tries + 1, null, chance)!,
      ).reduce((sum, delay) => sum + delay, 0);
    expect(total(0) / hour).toBeCloseTo(75.6, 1);
    expect(total(1) / hour).toBeLessThan(84);
  });

  it('waits longer with every try, by a tenth more at most, and as asked up to an hour', () => {
    const tries = fc.integer({ min: 1, max: maxTries - 1 });
    const chance = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(tries, chance, fc.nat(48 * hour), (count, one, asked) => {
        const least = retryDelayMs(count, null, 0)!;
        const delay = retryDelayMs(count, asked, one)!;
        expect(delay).toBeGreaterThanOrEqual(Math.max(least, Math.min(asked, hour)));
        expect(delay).toBeLessThanOrEqual(Math.max(Math.round(least * 1.1), hour));
        expect(Number.isSafeInteger(delay)).toBe(true);
      }),
    );
  });
});

describe('Retry-After', () => {
  it.each([
    ['120', 120_000],
    ['0', 0],
    [' 7 ', 7_000],
    ['Fri, 01 Jan 2027 00:01:00 GMT', minute],
    ['Fri, 01 Jan 2026 00:01:00 GMT', 0],
  ])('of %j is understood', (value, expected) => {
    expect(parseRetryAfter(value, now)).toBe(expected);
  });

  it.each([undefined, '', '-1', '1.5', '1e3', 'soon', '9999999999', 'Xyz GMT'])(
    'of %j says nothing',
    (value) => {
      expect(parseRetryAfter(value, now)).toBeNull();
    },
  );
});
