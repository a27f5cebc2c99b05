import { type Problem } from '../../platform/errors/index.js';
import { compareVersions, isStable, isVersion, parseVersion, tripleOf } from './semver.js';

describe('isVersion', () => {
  it.each(['0.0.0', '1.4.0', '1.0.0-rc.1', '1.0.0-0', '1.0.0--', '9007199254740991.0.0'])(
    'accepts %s',
    (text) => {
      expect(isVersion(text)).toBe(true);
    },
  );

  it.each([
    '',
    'v1.0.0',
    '=1.0.0',
    ' 1.0.0',
    '1.0.0\n',
    '1.0',
    '01.0.0',
    '1.0.0-01',
    '1.0.0-',
    '1.0.0-a..b',
    '1.0.0+build',
    '1.0.0-rc.1+build',
    '9007199254740992.0.0',
    'latest',
  ])('refuses %j', (text) => {
    expect(isVersion(text)).toBe(false);
  });

  it('accepts 64 characters and refuses 65', () => {
    expect(isVersion(`1.0.0-${'a'.repeat(58)}`)).toBe(true);
    expect(isVersion(`1.0.0-${'a'.repeat(59)}`)).toBe(false);
  });
});

describe('parseVersion', () => {
  it('returns an accepted version unchanged', () => {
    expect(parseVersion('1.0.0-rc.1')).toBe('1.0.0-rc.1');
  });

  it('refuses anything else at the pointer it is given', () => {
    expect(() => parseVersion('v1', '/baseVersion')).toThrow(
      expect.objectContaining<Partial<Problem>>({
        code: 'validation-failed',
        errors: [
          {
            pointer: '/baseVersion',
            code: 'invalid-version',
            detail: expect.stringContaining('2.0.0-rc.1'),
          },
        ],
      }),
    );
  });
});

describe('compareVersions', () => {
  it('keeps apart two prerelease numbers that are equal as floating point numbers', () => {
    expect(compareVersions('1.0.0-9007199254740993', '1.0.0-9007199254740992')).toBe(1);
  });
});

describe('the parts of a version', () => {
  it('is stable exactly without a prerelease', () => {
    expect(['1.0.0', '1.0.0-rc.1', '1.0.0--'].map(isStable)).toEqual([true, false, false]);
  });

  it('has the triple of its release', () => {
    expect(['1.2.3', '1.2.3-rc.1', '1.2.3-a-b'].map(tripleOf)).toEqual(['1.2.3', '1.2.3', '1.2.3']);
  });
});
