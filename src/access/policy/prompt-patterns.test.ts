import fc from 'fast-check';
import { isPromptPattern, matchesPromptPatterns } from './prompt-patterns.js';

const segment = fc.stringMatching(/^[a-z0-9]{1,6}(?:[._-][a-z0-9]{1,4})?$/);
const prompt = fc.array(segment, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/'));

describe('prompt patterns', () => {
  it.each(['*', 'greeting', 'support/*', 'support/triage/*', 'a.b_c-d', 'a__b/c--d'])(
    'may be %s',
    (pattern) => {
      expect(isPromptPattern(pattern)).toBe(true);
    },
  );

  it.each([
    ...['', '/*', '**', '*/*', 'support/', 'support*', '/support/*', 'support//*', 'su*port'],
    ...[
      'Support/*',
      'support/**',
      'support/*/x',
      '*x',
      ' support',
      'ѕupport',
      'a/\u0000/*',
      '../x',
    ],
    'a'.repeat(256),
  ])('may not be %j', (pattern) => {
    expect(isPromptPattern(pattern)).toBe(false);
  });

  it('reach everything with a star', () => {
    fc.assert(fc.property(prompt, (name) => matchesPromptPatterns(['*'], name)));
  });

  it('reach exactly one prompt with its name', () => {
    fc.assert(
      fc.property(prompt, prompt, (pattern, name) => {
        expect(matchesPromptPatterns([pattern], name)).toBe(pattern === name);
      }),
    );
  });

  it('reach a folder at any depth, and neither the folder’s own name nor its neighbours', () => {
    fc.assert(
      fc.property(prompt, prompt, segment, (folder, below, tail) => {
        expect(matchesPromptPatterns([`${folder}/*`], `${folder}/${below}`)).toBe(true);
        expect(matchesPromptPatterns([`${folder}/*`], folder)).toBe(false);
        expect(matchesPromptPatterns([`${folder}/*`], `${folder}${tail}/${below}`)).toBe(false);
      }),
    );
  });

  it('reach together what each of them reaches, and nothing without any', () => {
    const pattern = fc.oneof(
      fc.constant('*'),
      prompt,
      prompt.map((folder) => `${folder}/*`),
    );
    fc.assert(
      fc.property(fc.array(pattern, { maxLength: 4 }), prompt, (patterns, name) => {
        expect(matchesPromptPatterns(patterns, name)).toBe(
          patterns.some((one) => matchesPromptPatterns([one], name)),
        );
      }),
    );
  });
});
