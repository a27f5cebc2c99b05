import { compareRates } from '../../load/bench/throughput.js';
import { atLeast, atMost, judge, notMeasurable } from '../../load/bench/verdict.js';

const subject = { budget: 'hot-read', what: 'rate', limit: atLeast(0.85) };
const verdict = (limit: typeof subject.limit, rounds: readonly number[]) =>
  judge({ ...subject, limit }, rounds).verdict;

describe('a budget', () => {
  it('is met when the median is on the right side of it', () => {
    expect(verdict(atLeast(0.85), [0.8, 0.86, 0.9])).toBe('met');
    expect(verdict(atMost(2), [1.9, 5, 1])).toBe('met');
    expect(verdict(atLeast(0.85), [0.85])).toBe('met');
  });

  it('is missed for certain only when the best round misses it too', () => {
    expect(verdict(atLeast(0.85), [0.7, 0.8, 0.84])).toBe('missed');
    expect(verdict(atLeast(0.85), [0.7, 0.8, 0.86])).toBe('missed, within noise');
    expect(verdict(atMost(2), [45, 46, 515])).toBe('missed');
    expect(verdict(atMost(2), [1.9, 2.1, 3])).toBe('missed, within noise');
  });

  it('is not saved by one lucky round of many', () => {
    expect(verdict(atLeast(0.85), [0.7, 0.7, 0.71, 0.72, 0.9])).toBe('missed');
    expect(verdict(atLeast(0.85), [0.7, 0.7, 0.71, 0.86, 0.9])).toBe('missed, within noise');
  });

  it('is never missed where it cannot be measured', () => {
    const finding = notMeasurable(subject, 'needs 4 cores, here are 2');

    expect(finding).toMatchObject({ verdict: 'not measurable here', measured: null });
  });
});

describe('rates', () => {
  const result = (requests: number, serverCpuSeconds: number) => ({
    ...{ requests, serverCpuSeconds, seconds: 1, p50Ms: 1, p99Ms: 1, maxMs: 1, closed: 0 },
  });

  it('are compared as they were answered when both servers were busy all the time', () => {
    const { rounds, detail } = compareRates([result(500, 0.99)], [result(1000, 1)]);

    expect(rounds).toEqual([0.5]);
    expect(detail).toMatchObject({ basis: 'requests per second' });
  });

  it('are compared by processor time when something else kept a server from its core', () => {
    const { rounds, detail } = compareRates([result(300, 0.5)], [result(1000, 1)]);

    expect(rounds[0]).toBeCloseTo(0.6);
    expect(detail).toMatchObject({ basis: 'requests per second of processor time' });
  });
});
