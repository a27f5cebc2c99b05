import { median, percentile, slope } from '../../load/statistics.js';

it('takes the value in the middle, or the mean of the two that are', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([4, 1, 3, 2])).toBe(2.5);
});

it('takes as a percentile the smallest value that so many do not exceed', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

  expect(percentile(hundred, 0.5)).toBe(50);
  expect(percentile(hundred, 0.99)).toBe(99);
  expect(percentile(hundred, 1)).toBe(100);
  expect(percentile([7], 0.99)).toBe(7);
});

it('finds the slope of a line through points that are not quite on it', () => {
  expect(slope([0, 1, 2, 3].map((x) => [x, 3 * x + 1]))).toBeCloseTo(3);
  expect(
    slope([
      [0, 1],
      [1, 0],
      [2, 1],
      [3, 0],
    ]),
  ).toBeCloseTo(-0.2);
});

it('says so when there is nothing to measure', () => {
  expect(() => median([])).toThrow('nothing was measured');
  expect(() => slope([[1, 2]])).toThrow('two different times');
});
