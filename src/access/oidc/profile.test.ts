import { profileFrom } from './profile.js';

const claims = { iss: 'https://login.example.org', sub: '248289761001' };

describe('what is used of the claims', () => {
  it('is issuer, subject, names and groups', () => {
    const more = { preferred_username: 'zoe', email: 'zoe@example.org', teams: ['a', 'b'] };

    expect(profileFrom({ ...claims, ...more, groups: ['c'] }, 'teams')).toEqual({
      issuer: claims.iss,
      subject: claims.sub,
      preferredUsername: 'zoe',
      email: 'zoe@example.org',
      groups: ['a', 'b'],
    });
  });

  it.each([
    [undefined, []],
    ['ops', ['ops']],
    [
      ['ops', 7, null, ['dev'], 'dev'],
      ['ops', 'dev'],
    ],
    [{ ops: true }, []],
  ])('takes of the groups %j what is text', (groups, expected) => {
    expect(profileFrom({ ...claims, groups }, 'groups')?.groups).toEqual(expected);
  });

  it.each(['constructor', '__proto__', 'toString'])('finds no groups in %s', (claim) => {
    expect(profileFrom(claims, claim)?.groups).toEqual([]);
  });

  it.each([
    { email: 'zoe@example.org', email_verified: false },
    { email: 'no address' },
    { email: `${'z'.repeat(250)}@example.org` },
    { email: ['zoe@example.org'] },
  ])('takes no e-mail address from %j', (more) => {
    expect(profileFrom({ ...claims, ...more }, 'groups')?.email).toBeUndefined();
  });

  it.each([
    { sub: undefined },
    { sub: '' },
    { sub: 7 },
    { sub: 'zoe ' },
    { sub: ' zoe' },
    { sub: 'zoë' },
    { sub: 'zo\0e' },
    { sub: 'z'.repeat(256) },
    { iss: undefined },
    { iss: 'https://login.example.org ' },
  ])('is nothing when %j says who it is', (more) => {
    expect(profileFrom({ ...claims, ...more }, 'groups')).toBeUndefined();
  });
});
