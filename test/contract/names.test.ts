import fc from 'fast-check';
import { isLabelPattern } from '../../src/access/policy/label-patterns.js';
import { isPromptPattern } from '../../src/access/policy/prompt-patterns.js';
import { isLabelName } from '../../src/registry/labels/label-name.js';
import { isPromptName } from '../../src/registry/prompts/prompt-name.js';

/** Texts that are nearly names: the characters of the grammars, and some that only look like them. */
const nearlyName = fc.string({
  unit: fc.constantFrom(...'abx019._-/*^~ A\u0430'.split('')),
  maxLength: 12,
});

/**
 * An API key names prompts and labels before access can know of the registry, which depends on it.
 * Each area therefore has its own grammar, and they must be one.
 */
describe('what an API key may name', () => {
  it('is every prompt name and, apart from patterns, nothing else', () => {
    fc.assert(
      fc.property(nearlyName, (text) => {
        fc.pre(!text.includes('*'));
        expect(isPromptPattern(text)).toBe(isPromptName(text));
      }),
    );
    const longest = 'a'.repeat(255);
    expect([longest, `${longest}a`].map(isPromptPattern)).toEqual([true, false]);
    expect([longest, `${longest}a`].map(isPromptName)).toEqual([true, false]);
  });

  it('is every label and, apart from the star, nothing else', () => {
    const words = fc.constantFrom('latest', 'x', 'v1', 'x.x', 'v1.2', 'production', 'a'.repeat(64));
    fc.assert(
      fc.property(fc.oneof(nearlyName, words), (text) => {
        fc.pre(text !== '*');
        expect(isLabelPattern(text)).toBe(isLabelName(text));
      }),
    );
  });
});
