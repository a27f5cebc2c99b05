import fc from 'fast-check';
import { type Variable, type VariableType } from './content.js';
import { checkValue } from './variable-value.js';

function codeOf(type: VariableType, value: unknown, rest: Partial<Variable> = {}) {
  return checkValue({ name: 'v', type, ...rest }, value)?.code;
}

const accepted: [VariableType, unknown][] = [
  ['string', ''],
  ['number', -1.5],
  ['integer', 2],
  ['boolean', false],
  ['array', [1, 'a']],
  ['object', { constructor: 1 }],
  ['messages', []],
  ['messages', [{ role: 'system', content: '' }]],
];
const refused: [VariableType, unknown][] = [
  ['string', 1],
  ['number', '1'],
  ['number', Number.NaN],
  ['integer', 1.5],
  ['boolean', 'true'],
  ['enum', 1],
  ['array', {}],
  ['object', []],
  ['object', null],
  ['messages', {}],
  ['messages', [{ role: 'tool', content: 'x' }]],
  ['messages', [{ role: 'user' }]],
  ['messages', [{ role: 'user', content: [] }]],
  ['messages', [{ role: 'user', content: 'x', name: 'y' }]],
];

describe('checkValue', () => {
  it.each(accepted)('takes as %s the value %j', (type, value) => {
    expect(codeOf(type, value)).toBeUndefined();
  });

  it.each(refused)('refuses as %s the value %j', (type, value) => {
    expect(codeOf(type, value)).toBe('wrong-type');
  });

  it('takes no type for null or nothing at all', () => {
    const types = fc.constantFrom(...accepted.map(([type]) => type));
    fc.assert(
      fc.property(types, fc.constantFrom(null, undefined), (type, value) => {
        expect(codeOf(type, value)).toBe('wrong-type');
      }),
    );
  });

  it('holds an enum to its own list, by exact text', () => {
    expect(codeOf('enum', 'a', { enum: ['a', 'b'] })).toBeUndefined();
    expect(codeOf('enum', 'A', { enum: ['a', 'b'] })).toBe('not-in-enum');
    expect(codeOf('enum', 'constructor', { enum: ['a'] })).toBe('not-in-enum');
  });

  it('counts maxLength in UTF-16 code units', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.integer({ min: 1, max: 10 }),
        (value, maxLength) => {
          const expected = value.length > maxLength ? 'too-long' : undefined;
          expect(codeOf('string', value, { maxLength })).toBe(expected);
        },
      ),
    );
  });

  it('names the variable and the choices but never the value', () => {
    const variable: Variable = { name: 'tone', type: 'enum', enum: ['calm', 'warm'] };
    expect(checkValue(variable, 'sk-secret')?.detail).toBe(
      'The value of tone must be one of "calm", "warm".',
    );
  });

  it('counts the choices of a long enum instead of listing them', () => {
    const choices = Array.from({ length: 21 }, (_, index) => `choice ${index}`);
    expect(checkValue({ name: 'v', type: 'enum', enum: choices }, 'x')?.detail).toBe(
      'The value of v must be one of its 21 allowed strings.',
    );
  });
});
