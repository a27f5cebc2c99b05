import fc from 'fast-check';
import semver from 'semver';
import {
  highestSatisfying,
  parseSelector,
  resolveSelector,
  type VersionLookup,
} from './selector.js';
import { compareVersions } from './semver.js';

describe('parseSelector', () => {
  it.each([
    ['1.4.0', { kind: 'exact', version: '1.4.0' }],
    ['1.4.0-rc.1', { kind: 'exact', version: '1.4.0-rc.1' }],
    ['latest', { kind: 'latest' }],
    ['production', { kind: 'label', name: 'production' }],
    ['latest-eu', { kind: 'label', name: 'latest-eu' }],
    ['1', { kind: 'range', range: '1' }],
    ['v1', { kind: 'range', range: 'v1' }],
    ['^1.2', { kind: 'range', range: '^1.2' }],
    ['~1.4.0', { kind: 'range', range: '~1.4.0' }],
    ['1.x', { kind: 'range', range: '1.x' }],
    ['>=1 <3', { kind: 'range', range: '>=1 <3' }],
    ['1.0.0 - 2.0.0', { kind: 'range', range: '1.0.0 - 2.0.0' }],
    ['^1 || ^3', { kind: 'range', range: '^1 || ^3' }],
    ['>=0.0.0', { kind: 'range', range: '>=0.0.0' }],
  ])('reads %s', (text, expected) => {
    expect(parseSelector(text)).toEqual(expected);
  });

  it('reads a chain of every kind of item', () => {
    expect(parseSelector('pr-123,latest,1.4.0-rc.1,^1.2,~1.4,1.x,2')).toEqual({
      kind: 'chain',
      items: [
        { kind: 'label', name: 'pr-123' },
        { kind: 'latest' },
        { kind: 'exact', version: '1.4.0-rc.1' },
        { kind: 'range', range: '^1.2' },
        { kind: 'range', range: '~1.4' },
        { kind: 'range', range: '1.x' },
        { kind: 'range', range: '2' },
      ],
    });
  });

  it.each(['', ' ', '*', 'x', 'X', 'x.x', 'vx', '||', '* || x', '>=*'])(
    'refuses %j, a spelling of any version',
    (text) => {
      expect(() => parseSelector(text)).toThrow(
        expect.objectContaining({ code: 'invalid-selector' }),
      );
    },
  );

  it.each(['Production', ' latest', '^1 ', '1.2.3.4', '01.0.0', '>', 'a b', 'ümlaut', '^', '@1'])(
    'refuses %j',
    (text) => {
      expect(() => parseSelector(text)).toThrow(
        expect.objectContaining({ code: 'invalid-selector' }),
      );
    },
  );

  it.each([
    ',',
    'a,',
    ',a',
    'a,,b',
    'a, b',
    'a,*',
    'a,x',
    'a,>=1',
    'a,>=1 <3',
    'a,^1||^2',
    'a,=1.0.0',
    'a,1.0.0 - 2.0.0',
    'a,Production',
    'a,b,c,d,e,f,g,h,i',
  ])('refuses the whole chain %j', (text) => {
    expect(() => parseSelector(text)).toThrow(
      expect.objectContaining({ code: 'invalid-selector' }),
    );
  });

  it('accepts 256 characters and refuses 257', () => {
    const label = 'a'.repeat(63);
    const chain = [label, label, label, label].join(',');
    expect(parseSelector(`${chain},`.slice(1) + 'b')).toMatchObject({ kind: 'chain' });
    expect(() => parseSelector(`${chain},b`)).toThrow(
      expect.objectContaining({ code: 'invalid-selector' }),
    );
  });

  it('answers a selector or invalid-selector whatever the text', () => {
    const part = fc.constantFrom('1', '.', '^', '~', '>=', ' ', '||', ',', 'x', '*', '-', 'a', 'v');
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(part).map((parts) => parts.join('')),
        ),
        (text) => {
          try {
            expect(['exact', 'latest', 'label', 'range', 'chain']).toContain(
              parseSelector(text).kind,
            );
          } catch (error) {
            expect(error).toMatchObject({ code: 'invalid-selector' });
          }
        },
      ),
    );
  });
});

describe('resolveSelector', () => {
  const forbidden = new Error('forbidden');
  const lookup: VersionLookup<string> = {
    findExact: (version) => (version === '1.4.0' ? 'the exact version' : undefined),
    findLatest: () => Promise.resolve('the latest version'),
    findLabelled: (label) => {
      if (label === 'secret') throw forbidden;
      return Promise.resolve(label === 'production' ? 'the labelled version' : undefined);
    },
    findSatisfying: (range) => (range === '^1' ? 'the satisfying version' : undefined),
  };
  const resolve = (text: string) => resolveSelector(parseSelector(text), lookup);

  it.each([
    ['1.4.0', 'the exact version'],
    ['1.4.1', undefined],
    ['latest', 'the latest version'],
    ['production', 'the labelled version'],
    ['staging', undefined],
    ['^1', 'the satisfying version'],
    ['^2', undefined],
    ['staging,^2,production,latest', 'the labelled version'],
    ['staging,^2,9.9.9', undefined],
  ])('resolves %s', async (text, expected) => {
    await expect(resolve(text)).resolves.toBe(expected);
  });

  it('does not pass over a failure that is not "not found"', async () => {
    await expect(resolve('secret,latest')).rejects.toBe(forbidden);
  });

  it('does not ask further than the first that is found', async () => {
    await expect(resolve('production,secret')).resolves.toBe('the labelled version');
  });
});

describe('choosing among versions', () => {
  const highestFirst = ['2.1.0-rc.1', '1.10.0', '1.9.0', '1.9.0-rc.1', '0.1.0'];

  it.each([
    ['^1', '1.10.0'],
    ['~1.9.0', '1.9.0'],
    ['2.x', undefined],
    ['2.0.0 - 3.0.0', undefined],
    ['>=2.1.0-rc.0', '2.1.0-rc.1'],
    ['>=1.9.0-rc.0 <1.9.0', '1.9.0-rc.1'],
    ['>=2.0.0-rc.0', undefined],
    ['<1', '0.1.0'],
  ])('chooses for %s', (range, expected) => {
    expect(highestSatisfying(highestFirst, range)).toBe(expected);
  });

  it('chooses what npm chooses', () => {
    const version = fc
      .tuple(
        fc.nat({ max: 2 }),
        fc.nat({ max: 2 }),
        fc.nat({ max: 2 }),
        fc.constantFrom('', '-rc.1'),
      )
      .map(([major, minor, patch, prerelease]) => `${major}.${minor}.${patch}${prerelease}`);
    const range = fc
      .tuple(fc.constantFrom('^', '~', '>=', '<', '<='), version)
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.uniqueArray(version), range, (versions, text) => {
        const sorted = versions.toSorted((a, b) => compareVersions(b, a));
        expect(highestSatisfying(sorted, text)).toBe(
          semver.maxSatisfying(versions, text) ?? undefined,
        );
      }),
    );
  });
});
