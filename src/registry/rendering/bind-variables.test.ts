import fc from 'fast-check';
import { Problem } from '../../platform/errors/index.js';
import { type JsonObject, type Variable } from '../content/content.js';
import { bindVariables } from './bind-variables.js';

function faultsOf(variables: readonly Variable[], values: JsonObject): Record<string, string> {
  try {
    bindVariables(variables, values);
    return {};
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'render-variables-invalid') throw error;
    return Object.fromEntries(error.errors.map(({ pointer, code }) => [pointer, code]));
  }
}

const message = { role: 'user', content: 'hello' };

describe('bindVariables', () => {
  it('names every fault at once', () => {
    const variables: Variable[] = [
      { name: 'needed', type: 'string' },
      { name: 'text', type: 'string', maxLength: 3 },
      { name: 'count', type: 'integer' },
      { name: 'tone', type: 'enum', enum: ['warm', 'cold'] },
    ];
    expect(faultsOf(variables, { text: 'long', count: '1', tone: 'hot', 'a/b': 1 })).toEqual({
      '/variables/needed': 'missing',
      '/variables/text': 'too-long',
      '/variables/count': 'wrong-type',
      '/variables/tone': 'not-in-enum',
      '/variables/a~1b': 'unknown',
    });
  });

  it.each<[Variable['type'], JsonObject[string]]>([
    ['string', 1],
    ['string', null],
    ['number', '1'],
    ['integer', 1.5],
    ['integer', 2 ** 53],
    ['boolean', 'true'],
    ['array', {}],
    ['object', []],
    ['object', null],
    ['messages', [{ role: 'tool', content: '' }]],
    ['messages', [{ role: 'user' }]],
    ['messages', [{ ...message, name: 'x' }]],
    ['messages', message],
  ])('refuses for type %s the value %j', (type, value) => {
    expect(faultsOf([{ name: 'v', type }], { v: value })).toEqual({ '/variables/v': 'wrong-type' });
  });

  it.each<[Variable['type'], JsonObject[string]]>([
    ['string', ''],
    ['number', -0.5],
    ['integer', -(2 ** 53 - 1)],
    ['boolean', false],
    ['array', [null, { a: [1] }]],
    ['object', { a: null }],
    ['messages', []],
    ['messages', [message]],
  ])('accepts for type %s the value %j', (type, value) => {
    expect(bindVariables([{ name: 'v', type }], { v: value })).toEqual({ v: value });
  });

  it('fills in a default, whatever required says, and only where no value is given', () => {
    const variables: Variable[] = [{ name: 'v', type: 'string', required: true, default: 'd' }];
    expect(bindVariables(variables, {})).toEqual({ v: 'd' });
    expect(bindVariables(variables, { v: '' })).toEqual({ v: '' });
    expect(faultsOf(variables, { v: null })).toEqual({ '/variables/v': 'wrong-type' });
  });

  it('leaves an optional variable without value away', () => {
    expect(
      Object.keys(bindVariables([{ name: 'v', type: 'string', required: false }], {})),
    ).toEqual([]);
  });

  it.each(Object.getOwnPropertyNames(Object.prototype))(
    'does not find the variable %s in Object.prototype',
    (name) => {
      expect(faultsOf([{ name, type: 'string' }], {})).toEqual({
        [`/variables/${name}`]: 'missing',
      });
      expect(faultsOf([], JSON.parse(`{"${name}":1}`) as JsonObject)).toEqual({
        [`/variables/${name}`]: 'unknown',
      });
    },
  );

  it('copies deep values, equal and without prototypes', () => {
    const isBare = (value: unknown): boolean =>
      typeof value !== 'object' ||
      value === null ||
      ((Array.isArray(value) || Object.getPrototypeOf(value) === null) &&
        Object.values(value).every(isBare));
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        const bound = bindVariables([{ name: 'v', type: 'array' }], { v: [json as never] });
        expect(JSON.stringify(bound)).toBe(JSON.stringify({ v: [json] }));
        expect(isBare(bound)).toBe(true);
      }),
    );
  });

  it('refuses a value that nests too deep', () => {
    const deep = (levels: number): JsonObject[string] => (levels === 0 ? [] : [deep(levels - 1)]);
    expect(faultsOf([{ name: 'v', type: 'array' }], { v: deep(63) })).toEqual({});
    expect(faultsOf([{ name: 'v', type: 'array' }], { v: deep(64) })).toEqual({
      '/variables/v': 'too-deep',
    });
  });

  it('answers a bounded number of short errors to any number of long names', () => {
    const values = Object.fromEntries(
      Array.from({ length: 500 }, (_, index) => [`${index}${'x'.repeat(1000)}`, 1]),
    );
    const pointers = Object.keys(faultsOf([], values));
    expect(pointers).toHaveLength(50);
    expect(Math.max(...pointers.map(({ length }) => length))).toBeLessThan(100);
  });
});
