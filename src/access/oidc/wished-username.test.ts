import fc from 'fast-check';
import { isUsername } from '../users/username.js';
import { wishedUsername } from './wished-username.js';

const wish = (preferredUsername?: string, email?: string) =>
  wishedUsername({ preferredUsername, email });

describe('the username that a profile asks for', () => {
  it.each([
    ['zoe', 'zoe'],
    ['Zoë.Müller', 'zoe.muller'],
    ['zoe@example.org', 'zoe'],
    ['Zoë  Müller', 'zoe-muller'],
    ['-_zoe__m-', 'zoe-m'],
    ['ACME\\zoe', 'acme-zoe'],
    ['z'.repeat(300), 'z'.repeat(48)],
  ])('is for %j made to fit', (preferred, expected) => {
    expect(wish(preferred)).toBe(expected);
  });

  it('is taken from the e-mail address where there is no other', () => {
    expect(wish(undefined, 'zoe@example.org')).toBe('zoe');
    expect(wish('李', 'li@example.org')).toBe('li');
    expect(wish('0190a0b0-0000-7000-8000-000000000000', 'li@example.org')).toBe('li');
  });

  it('is none where nothing is left', () => {
    expect(wish()).toBeUndefined();
    expect(wish('李', '@')).toBeUndefined();
  });

  it('always is a username, and stays one with the mark of a name that is taken', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const wished = wish(text);
        fc.pre(wished !== undefined);
        expect(isUsername(wished) && isUsername(`${wished}-0123abcd`)).toBe(true);
      }),
    );
  });
});
