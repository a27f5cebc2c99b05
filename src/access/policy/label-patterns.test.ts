import { isLabelPattern } from './label-patterns.js';

describe('label patterns', () => {
  it.each(['*', 'production', 'pr-123', 'a', `a${'b'.repeat(62)}`])('may be %s', (pattern) => {
    expect(isLabelPattern(pattern)).toBe(true);
  });

  it.each(['', '**', 'prod*', 'latest', 'v1', 'x', '1.0.0', 'Production', `a${'b'.repeat(63)}`])(
    'may not be %j',
    (pattern) => {
      expect(isLabelPattern(pattern)).toBe(false);
    },
  );
});
