import { valueFault } from './value-check.js';

const budget = {
  type: 'object',
  properties: {
    encoding: { type: 'string', enum: ['cl100k_base', 'o200k_base'] },
    maxTokens: { type: 'integer', minimum: 1 },
  },
  required: ['encoding', 'maxTokens'],
  additionalProperties: false,
};
const settings = {
  type: 'object',
  properties: { tokenBudget: { anyOf: [{ type: 'null' }, budget] } },
};

const told = (schema: object, value: unknown) => {
  const fault = valueFault({ ...schema }, value, '/input');
  return fault && `${fault.pointer}: ${fault.detail}`;
};

describe('what is told of a value that may be null and is neither that nor what else it may be', () => {
  it.each([
    [5, '/input/tokenBudget: This must be null, or must be object'],
    [
      { encoding: 'gpt4', maxTokens: 1 },
      '/input/tokenBudget/encoding: This must be equal to one of the allowed values',
    ],
    [
      { encoding: 'cl100k_base' },
      "/input/tokenBudget: This must be null, or must have required property 'maxTokens'",
    ],
  ])('names what would fit %j', (tokenBudget, expected) => {
    expect(told(settings, { tokenBudget })).toBe(expected);
  });

  it('is nothing when it fits', () => {
    expect(told(settings, { tokenBudget: null })).toBeUndefined();
    const good = { encoding: 'o200k_base', maxTokens: 9 };
    expect(told(settings, { tokenBudget: good })).toBeUndefined();
  });
});

describe('what is told of a value that fits none of several branches', () => {
  const kind = (name: string, field: string, type: string) => ({
    type: 'object',
    properties: { kind: { const: name }, [field]: { type } },
    required: ['kind', field],
  });
  const content = { oneOf: [kind('text', 'text', 'string'), kind('chat', 'messages', 'array')] };

  it('names no branch when they disagree about where the fault is', () => {
    expect(told(content, { kind: 'chat', text: 'x', messages: 5 })).toBe(
      '/input: This must match exactly one schema in oneOf',
    );
  });

  it('names the deepest fault, also of branches within branches', () => {
    const nested = { anyOf: [{ type: 'null' }, { anyOf: [{ type: 'boolean' }, content] }] };
    expect(told(nested, { kind: 'chat', messages: 5 })).toBe('/input/messages: This must be array');
  });

  it('says so when it fits more branches than one', () => {
    expect(told({ oneOf: [{ type: 'integer' }, { minimum: 1 }] }, 3)).toBe(
      '/input: This must match exactly one schema in oneOf',
    );
  });
});
