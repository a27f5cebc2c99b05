import fc from 'fast-check';
import { type Problem } from '../../platform/errors/index.js';
import { isPromptName, maxPromptNameLength, parsePromptName } from './prompt-name.js';

describe('isPromptName', () => {
  it.each([
    'a',
    '0',
    'greeting',
    'support/triage/summary',
    'a.b_c-d',
    'a__b--c..d',
    'v1/2026',
    'tags/versions/labels',
  ])('accepts %s', (text) => {
    expect(isPromptName(text)).toBe(true);
  });

  it.each([
    '',
    '/',
    'a/',
    '/a',
    'a//b',
    'A',
    'ä',
    'a b',
    ' a',
    'a\n',
    '.a',
    'a.',
    'a/.b',
    '-a',
    'a-',
    '..',
    'a/../b',
    'a\0b',
    'a%2Fb',
    'a@1',
    '*',
    'a/*',
  ])('refuses %j', (text) => {
    expect(isPromptName(text)).toBe(false);
  });

  it('accepts 255 characters and refuses 256', () => {
    expect(isPromptName('a'.repeat(maxPromptNameLength))).toBe(true);
    expect(isPromptName('a'.repeat(maxPromptNameLength + 1))).toBe(false);
  });

  it('accepts exactly what is made of accepted folders', () => {
    const folder = fc.stringMatching(/^[a-z0-9._-]{1,8}$/);
    fc.assert(
      fc.property(fc.array(folder, { minLength: 1, maxLength: 4 }), (folders) => {
        expect(isPromptName(folders.join('/'))).toBe(folders.every(isPromptName));
      }),
    );
  });

  it('decides on a hostile name in no time', () => {
    const startMs = performance.now();
    isPromptName(`${'a-_.'.repeat(63)}!`);
    isPromptName(`${'a'.repeat(254)}!`);
    expect(performance.now() - startMs).toBeLessThan(1_000);
  });
});

describe('parsePromptName', () => {
  it('returns an accepted name unchanged', () => {
    expect(parsePromptName('support/triage')).toBe('support/triage');
  });

  it('points at the name that it refuses', () => {
    const refusal = refusalOf('Support', '/target');
    expect(refusal.code).toBe('validation-failed');
    expect(refusal.errors).toMatchObject([{ pointer: '/target', code: 'invalid-name' }]);
  });
});

function refusalOf(text: string, pointer: string): Problem {
  try {
    parsePromptName(text, pointer);
  } catch (error) {
    return error as Problem;
  }
  throw new Error(`${text} was accepted`);
}
