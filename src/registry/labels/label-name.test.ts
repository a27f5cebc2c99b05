import fc from 'fast-check';
import semver from 'semver';
import { type Problem } from '../../platform/errors/index.js';
import { isLabelName, parseLabelName } from './label-name.js';

describe('isLabelName', () => {
  it.each(['production', 'pr-123', 'a', 'eu.west_1', 'latest-1', 'x-ray', 'v', 'release-1.2.3'])(
    'accepts %s',
    (text) => {
      expect(isLabelName(text)).toBe(true);
    },
  );

  it.each([
    '',
    'latest',
    'x',
    'v1',
    'v1.2',
    'v1.2.3',
    'vx',
    'x.x',
    '1',
    '-a',
    'A',
    'a b',
    'a,b',
    'a\n',
  ])('refuses %j', (text) => {
    expect(isLabelName(text)).toBe(false);
  });

  it('accepts 63 characters and refuses 64', () => {
    expect(isLabelName('a'.repeat(63))).toBe(true);
    expect(isLabelName('a'.repeat(64))).toBe(false);
  });

  it('accepts nothing that semver reads as a version or a range', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[vx=~^]?[0-9vx.*-]{0,6}$/), (text) => {
        fc.pre(semver.validRange(text) !== null);
        expect(isLabelName(text)).toBe(false);
      }),
    );
  });
});

describe('parseLabelName', () => {
  it('returns a label name unchanged', () => {
    expect(parseLabelName('production')).toBe('production');
  });

  it('refuses anything else at the pointer it is given', () => {
    expect(() => parseLabelName('v1', '/labels/0')).toThrow(
      expect.objectContaining<Partial<Problem>>({
        code: 'validation-failed',
        errors: [expect.objectContaining({ pointer: '/labels/0', code: 'invalid-label' })],
      }),
    );
  });
});
