import { RetryTimes } from './retry-times.js';

describe('a plugin that does not start', () => {
  it('is tried again after half a minute, then after twice as long, up to ten minutes', () => {
    const retries = new RetryTimes();
    let now = 0;
    const waits = Array.from({ length: 7 }, () => {
      retries.failed('a', now);
      const from = now;
      while (!retries.isDue(now)) now += 1000;
      return (now - from) / 1000;
    });
    expect(waits).toEqual([30, 60, 120, 240, 480, 600, 600]);
  });

  it('does not make other bytes wait', () => {
    const retries = new RetryTimes();
    retries.failed('a', 0);
    expect([retries.mayTry('a', 1), retries.mayTry('b', 1)]).toEqual([false, true]);
    retries.failed('b', 1);
    expect(retries.isDue(30_001)).toBe(true);
  });

  it('is due no more when it did, or must not', () => {
    const retries = new RetryTimes();
    retries.failed('a', 0);
    retries.clear();
    expect(retries.isDue(1e9)).toBe(false);
  });
});
