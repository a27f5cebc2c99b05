import fc from 'fast-check';
import { type Json, type Variable } from '../content/content.js';
import { compareVariables } from './compare-variables.js';
import { highestBump } from './contract-change.js';

const ticket: Variable = { name: 'ticket', type: 'string' };

describe('compareVariables', () => {
  it.each<[string, Partial<Variable>, Partial<Variable>, string, string]>([
    ['a narrower type', { type: 'number' }, { type: 'integer' }, 'major', 'variable-type-changed'],
    ['a wider type', { type: 'integer' }, { type: 'number' }, 'minor', 'variable-type-widened'],
    [
      'messages to array',
      { type: 'messages' },
      { type: 'array' },
      'minor',
      'variable-type-widened',
    ],
    ['an unrelated type', { type: 'array' }, { type: 'object' }, 'major', 'variable-type-changed'],
    [
      'an enum that became any string',
      { type: 'enum', enum: ['low', 'high'] },
      { type: 'string', maxLength: 4 },
      'minor',
      'variable-type-widened',
    ],
    [
      'an enum that became a shorter string',
      { type: 'enum', enum: ['low', 'high'] },
      { type: 'string', maxLength: 3 },
      'major',
      'variable-type-changed',
    ],
    [
      'a string that became an enum',
      {},
      { type: 'enum', enum: ['low'] },
      'major',
      'variable-type-changed',
    ],
    [
      'one value less',
      { type: 'enum', enum: ['low', 'high'] },
      { type: 'enum', enum: ['low'] },
      'major',
      'variable-enum-narrowed',
    ],
    [
      'one value more',
      { type: 'enum', enum: ['low'] },
      { type: 'enum', enum: ['high', 'low'] },
      'minor',
      'variable-enum-widened',
    ],
    ['a first maxLength', {}, { maxLength: 9 }, 'major', 'variable-max-length-narrowed'],
    [
      'a shorter maxLength',
      { maxLength: 9 },
      { maxLength: 8 },
      'major',
      'variable-max-length-narrowed',
    ],
    [
      'a longer maxLength',
      { maxLength: 8 },
      { maxLength: 9 },
      'minor',
      'variable-max-length-widened',
    ],
    ['no maxLength any more', { maxLength: 8 }, {}, 'minor', 'variable-max-length-widened'],
    ['now required', { required: false }, { required: true }, 'major', 'variable-now-required'],
    ['required by default', { required: false }, {}, 'major', 'variable-now-required'],
    ['now optional', {}, { required: false }, 'minor', 'variable-now-optional'],
    [
      'a default',
      { required: true },
      { required: true, default: 'a' },
      'minor',
      'variable-default-added',
    ],
    ['another default', { default: 'a' }, { default: 'b' }, 'minor', 'variable-default-changed'],
    ['no default any more', { default: 'a' }, {}, 'major', 'variable-default-removed'],
    [
      'no default any more, yet optional',
      { default: 'a' },
      { required: false },
      'minor',
      'variable-default-removed',
    ],
    ['a description', {}, { description: 'Its number.' }, 'patch', 'variable-description-changed'],
  ])('takes %s as it is for callers', (_, before, after, bump, code) => {
    const changes = compareVariables([{ ...ticket, ...before }], [{ ...ticket, ...after }]);
    expect(changes).toEqual([expect.objectContaining({ bump, code })]);
  });

  it('takes a default as optional whatever required says', () => {
    const before: Variable = { ...ticket, required: false, default: 'a' };
    expect(compareVariables([before], [{ ...before, required: true }])).toEqual([]);
  });

  it('points into the base for what was removed and into the next content for the rest', () => {
    const base: Variable[] = [{ ...ticket, name: 'a' }, { ...ticket, name: 'b' }, ticket];
    const next: Variable[] = [
      { ...ticket, name: 'c', required: false },
      { ...ticket, name: 'd' },
      { ...ticket, required: false },
      { ...ticket, name: 'a' },
    ];
    expect(compareVariables(base, next)).toMatchObject([
      { code: 'variable-removed', path: '/variables/1', bump: 'major' },
      { code: 'variable-added-optional', path: '/variables/0', bump: 'minor' },
      { code: 'variable-added-required', path: '/variables/1', bump: 'major' },
      { code: 'variable-now-optional', path: '/variables/2/required', bump: 'minor' },
    ]);
  });

  it('names every reason of one variable', () => {
    const before: Variable = { ...ticket, default: 'a', description: 'A.' };
    const after: Variable = { name: 'ticket', type: 'number', default: 1, description: 'B.' };
    expect(compareVariables([before], [after]).map(({ code }) => code)).toEqual([
      'variable-type-changed',
      'variable-default-changed',
      'variable-description-changed',
    ]);
  });

  it('shortens a long list of values', () => {
    const values = Array.from({ length: 12 }, (_, index) => `v${index}`);
    const [change] = compareVariables(
      [{ ...ticket, type: 'enum', enum: ['a', ...values] }],
      [{ ...ticket, type: 'enum', enum: ['a'] }],
    );
    expect(change?.detail).toMatch(/"v9" and 2 more\.$/);
  });

  it('is major exactly when an input that was accepted is refused', () => {
    fc.assert(
      fc.property(variables, variables, (base, next) => {
        const breaks = inputsOf(base).some((input) => !accepts(next, input));
        expect(highestBump(compareVariables(base, next)) === 'major').toBe(breaks);
      }),
      { numRuns: 1000 },
    );
  });
});

/** Holds, for each pair of the generated variables that differ, a value that tells them apart. */
const values: readonly Json[] = [
  ...['', 'a', 'ab', 'abc', 'abcd'],
  ...[1, 1.5, true, {}, [], [1]],
  [{ role: 'user', content: 'Hi' }],
];

const shape: fc.Arbitrary<Omit<Variable, 'name'>> = fc.oneof(
  fc.record(
    { type: fc.constant('string' as const), maxLength: fc.integer({ min: 1, max: 3 }) },
    { requiredKeys: ['type'] },
  ),
  fc.record({
    type: fc.constant('enum' as const),
    enum: fc.subarray(['a', 'ab', 'abc'], { minLength: 1 }),
  }),
  fc.record({
    type: fc.constantFrom('number', 'integer', 'boolean', 'array', 'object', 'messages'),
  }),
);

const variable: fc.Arbitrary<Variable> = fc
  .record(
    {
      name: fc.constantFrom('x', 'y', 'z'),
      shape,
      required: fc.boolean(),
      defaulted: fc.boolean(),
      description: fc.constantFrom('one', 'other'),
    },
    { requiredKeys: ['name', 'shape'] },
  )
  .map(({ shape: own, defaulted, ...rest }) => {
    const plain: Variable = { ...rest, ...own };
    const fallback = defaulted ? values.find((value) => fits(plain, value)) : undefined;
    return fallback === undefined ? plain : { ...plain, default: fallback };
  });

const variables = fc.uniqueArray(variable, { maxLength: 3, selector: ({ name }) => name });

type Input = Readonly<Record<string, Json>>;

/** Every input made of the sample values that the variables accept. */
function inputsOf(declared: readonly Variable[]): Input[] {
  return declared.reduce<Input[]>(
    (inputs, one) =>
      inputs.flatMap((input) => {
        const filled = values
          .filter((value) => fits(one, value))
          .map((value): Input => ({ ...input, [one.name]: value }));
        return mayBeAbsent(one) ? [input, ...filled] : filled;
      }),
    [{}],
  );
}

function accepts(declared: readonly Variable[], input: Input): boolean {
  const byName = new Map(declared.map((one) => [one.name, one]));
  const known = Object.entries(input).every(([name, value]) => {
    const one = byName.get(name);
    return one !== undefined && fits(one, value);
  });
  return known && declared.every((one) => mayBeAbsent(one) || one.name in input);
}

function mayBeAbsent(one: Variable): boolean {
  return 'default' in one || ('required' in one && !one.required);
}

function fits(one: Variable, value: Json): boolean {
  switch (one.type) {
    case 'string':
      return typeof value === 'string' && !(one.maxLength && value.length > one.maxLength);
    case 'enum':
      return one.enum!.some((allowed) => allowed === value);
    case 'number':
      return typeof value === 'number';
    case 'integer':
      return value === 1;
    case 'boolean':
      return value === true;
    case 'array':
      return Array.isArray(value);
    case 'messages':
      return Array.isArray(value) && !value.includes(1);
    case 'object':
      return JSON.stringify(value) === '{}';
  }
}
