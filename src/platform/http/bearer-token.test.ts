import { bearerToken } from './bearer-token.js';

describe('the bearer token', () => {
  it.each(['Bearer abc.d-e_f', 'bearer abc.d-e_f', 'BEARER   abc.d-e_f'])(
    'is read from %j',
    (header) => {
      expect(bearerToken(header)).toBe('abc.d-e_f');
    },
  );

  it.each([undefined, '', 'abc', 'Bearer', 'Bearer ', 'Basic YWJj', 'Bearer a b', 'Bearer ä'])(
    'is not read from %j',
    (header) => {
      expect(bearerToken(header)).toBeUndefined();
    },
  );

  it('is not read from a header that is too long', () => {
    expect(bearerToken(`Bearer ${'a'.repeat(5000)}`)).toBeUndefined();
  });
});
