import { isNamePattern, matchesNamePatterns } from './trusted-key.js';

it.each(['*', 'acme', 'acme.*', 'acme-*', 'a*', 'acme.greeter'])('may be %s', (pattern) => {
  expect(isNamePattern(pattern)).toBe(true);
});

it.each(['', '**', '*x', 'a*b', 'Acme', '.*', 'acme/*', 'acme.*\n', 'a'.repeat(66)])(
  'may not be %j',
  (pattern) => {
    expect(isNamePattern(pattern)).toBe(false);
  },
);

it.each([
  ['*', 'anything', true],
  ['acme', 'acme', true],
  ['acme', 'acme2', false],
  ['acme', 'acm', false],
  ['acme.*', 'acme.greeter', true],
  ['acme.*', 'acme', false],
  ['acme.*', 'acmex', false],
])('%s is for %s: %s', (pattern, name, expected) => {
  expect(matchesNamePatterns([pattern], name)).toBe(expected);
});

it('is for nothing when there is no pattern', () => {
  expect(matchesNamePatterns([], 'acme')).toBe(false);
});
