import fc from 'fast-check';
import { Problem } from '../../platform/errors/index.js';
import { checkContent, contentLimits } from './content-check.js';

const text = { kind: 'text', text: 'Hello {{name}}' };

function problemOf(value: unknown, limits = contentLimits): Problem {
  try {
    checkContent(value, limits);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('the content was accepted');
}

/** The errors as `code pointer`, which is what clients act on. */
function errorsOf(value: unknown, limits = contentLimits): string[] {
  const problem = problemOf(value, limits);
  expect(problem.code).toBe('validation-failed');
  return problem.errors.map(({ code, pointer }) => `${code} ${pointer}`);
}

function parsed(json: string): unknown {
  return JSON.parse(json);
}

describe('content that is accepted', () => {
  it.each([
    text,
    {
      kind: 'chat',
      messages: [
        { role: 'system', content: '' },
        { placeholder: 'history' },
        { role: 'user', content: '{{question}}' },
      ],
      variables: [{ name: 'history', type: 'messages' }],
    },
    {
      kind: 'structured',
      sections: {
        role: 'r',
        task: 't',
        context: 'c',
        constraints: ['a', 'b'],
        outputFormat: 'o',
        examples: [{ input: 'i', output: 'o' }],
      },
      outputSchema: { type: 'object', properties: { constructor: { type: 'string' } } },
      tools: [
        { name: 'look-up_1', description: 'd', parameters: { type: 'object' } },
        { name: 'b' },
      ],
      model: { provider: 'p', name: 'n', parameters: { temperature: 0.2, toString: [null] } },
    },
  ])('is returned untouched: %j', (content) => {
    const before = JSON.stringify(content);
    expect(checkContent(content)).toBe(content);
    expect(JSON.stringify(content)).toBe(before);
  });

  it.each([
    { type: 'string', default: 'x', maxLength: 1, required: true, description: 'd' },
    { type: 'number', default: -0.5 },
    { type: 'integer', default: 3 },
    { type: 'boolean', default: false },
    { type: 'enum', enum: ['a', ''], default: '' },
    { type: 'array', default: [] },
    { type: 'object', default: {} },
    { type: 'messages', default: [{ role: 'user', content: 'x' }] },
  ])('may declare the variable %j', (variable) => {
    const content = { ...text, variables: [{ name: '_a1', ...variable }] };
    expect(checkContent(content)).toBe(content);
  });
});

describe('the shape of content', () => {
  it.each([null, [], 'x', 1, true, undefined])('is an object, never %j', (value) => {
    expect(errorsOf(value)).toEqual(['wrong-type /content']);
  });

  it.each([{}, { kind: 1 }, { kind: null }, { kind: 'poem' }, { kind: 'constructor' }])(
    'has one of three kinds, unlike %j, and the answer names them',
    (value) => {
      const { errors } = problemOf(value);
      expect(errors).toEqual([
        {
          pointer: '/content/kind',
          code: 'unknown-kind',
          detail: 'The kind must be one of "text", "chat", "structured".',
        },
      ]);
    },
  );

  it.each([
    [['required /content/text'], { kind: 'text' }],
    [['required /content/messages'], { kind: 'chat' }],
    [['required /content/sections'], { kind: 'structured' }],
    [['too-short /content/text'], { kind: 'text', text: '' }],
    [['wrong-type /content/text'], { kind: 'text', text: null }],
    [['unknown-property /content/messages'], { ...text, messages: [] }],
    [['unknown-property /content/a~1b~0'], { ...text, 'a/b~': 1 }],
    [['wrong-type /content/messages'], { kind: 'chat', messages: {} }],
    [['too-few /content/messages'], { kind: 'chat', messages: [] }],
    [['required /content/sections/task'], { kind: 'structured', sections: {} }],
    [['too-short /content/sections/task'], { kind: 'structured', sections: { task: '' } }],
    [
      ['wrong-type /content/sections/constraints/0'],
      { kind: 'structured', sections: { task: 't', constraints: [1] } },
    ],
    [
      ['required /content/sections/examples/0/output'],
      { kind: 'structured', sections: { task: 't', examples: [{ input: 'i' }] } },
    ],
    [['wrong-type /content/model/parameters'], { ...text, model: { parameters: [] } }],
    [['unknown-property /content/model/temperature'], { ...text, model: { temperature: 1 } }],
  ])('answers %j', (errors, content) => {
    expect(errorsOf(content)).toEqual(errors);
  });

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])(
    'does not take the own key %s for a known one',
    (key) => {
      const hostile = `"${key}":{"kind":"text"}`;
      expect(errorsOf(parsed(`{"kind":"text","text":"x",${hostile}}`))).toEqual([
        `unknown-property /content/${key}`,
      ]);
      expect(errorsOf(parsed(`{${hostile}}`))).toEqual(['unknown-kind /content/kind']);
      const variable = `{"name":"a","type":"string",${hostile}}`;
      expect(errorsOf(parsed(`{"kind":"text","text":"x","variables":[${variable}]}`))).toEqual([
        `unknown-property /content/variables/0/${key}`,
      ]);
    },
  );

  it('points at the object when an unknown key is too long to repeat', () => {
    expect(errorsOf({ ...text, ['k'.repeat(1000)]: 1 })).toEqual(['unknown-property /content']);
  });
});

describe('chat messages', () => {
  const errorsOfMessages = (...messages: unknown[]) => errorsOf({ kind: 'chat', messages });

  it('are judged as placeholders only when they have that key', () => {
    expect(
      errorsOfMessages({ placeholder: 'ok' }, {}, 1, { placeholder: 'a b', role: 'user' }),
    ).toEqual([
      'required /content/messages/1/role',
      'required /content/messages/1/content',
      'wrong-type /content/messages/2',
      'unknown-property /content/messages/3/role',
      'wrong-pattern /content/messages/3/placeholder',
    ]);
  });

  it('have a known role and nothing else', () => {
    expect(
      errorsOfMessages({ role: 'tool', content: 'x' }, { role: 'user', content: 'x', name: 'y' }),
    ).toEqual([
      'not-in-enum /content/messages/0/role',
      'unknown-property /content/messages/1/name',
    ]);
  });

  it('are at most 500', () => {
    const messages = Array.from({ length: 501 }, () => ({ role: 'user', content: 'x' }));
    expect(errorsOf({ kind: 'chat', messages })).toEqual(['too-many /content/messages']);
    expect(() => checkContent({ kind: 'chat', messages: messages.slice(1) })).not.toThrow();
  });
});

describe('variables', () => {
  const errorsOfVariables = (...variables: unknown[]) => errorsOf({ ...text, variables });

  it.each(['', '1a', 'a-b', 'a.b', 'é', 'a\n', 'x'.repeat(65)])(
    'refuse the name %j by its grammar',
    (name) => {
      expect(errorsOfVariables({ name, type: 'string' })).toEqual([
        'wrong-pattern /content/variables/0/name',
      ]);
    },
  );

  it.each(['constructor', 'prototype', '__proto__'])('refuse the reserved name %s', (name) => {
    expect(errorsOfVariables({ name, type: 'string' })).toEqual([
      'reserved-name /content/variables/0/name',
    ]);
  });

  it('refuse a name that is already taken', () => {
    const [a, b] = ['a', 'b'].map((name) => ({ name, type: 'string' }));
    expect(errorsOfVariables(a, b, a)).toEqual(['duplicate-name /content/variables/2/name']);
  });

  it.each([
    ['not-in-enum', 'type', { type: 'date' }],
    ['required', 'type', {}],
    ['required', 'enum', { type: 'enum' }],
    ['required', 'enum', { type: 'enum', default: 'a' }],
    ['too-few', 'enum', { type: 'enum', enum: [] }],
    ['duplicate', 'enum', { type: 'enum', enum: ['a', 'b', 'a'] }],
    ['wrong-type', 'enum/0', { type: 'enum', enum: [1] }],
    ['not-applicable', 'enum', { type: 'string', enum: ['a'] }],
    ['not-applicable', 'maxLength', { type: 'enum', enum: ['a'], maxLength: 1 }],
    ['wrong-type', 'maxLength', { type: 'string', maxLength: 1.5 }],
    ['too-small', 'maxLength', { type: 'string', maxLength: 0 }],
    ['wrong-type', 'required', { type: 'string', required: 'yes' }],
    ['wrong-type', 'default', { type: 'string', default: null }],
    ['too-long', 'default', { type: 'string', default: 'ab', maxLength: 1 }],
    ['not-in-enum', 'default', { type: 'enum', enum: ['a'], default: 'b' }],
    ['unknown-property', 'items', { type: 'array', items: {} }],
  ])('answer %s at %s for %j', (code, place, variable) => {
    expect(errorsOfVariables({ name: 'a', ...variable })).toEqual([
      `${code} /content/variables/0/${place}`,
    ]);
  });

  it('report several faults at once', () => {
    expect(
      errorsOfVariables(
        { name: 'a', type: 'integer', default: 'x', maxLength: 2 },
        { name: 'a', type: 'enum' },
      ),
    ).toEqual([
      'duplicate-name /content/variables/1/name',
      'not-applicable /content/variables/0/maxLength',
      'wrong-type /content/variables/0/default',
      'required /content/variables/1/enum',
    ]);
  });

  it('are at most as many as the limit says', () => {
    const variables = ['a', 'b', 'c'].map((name) => ({ name, type: 'string' }));
    const limits = { ...contentLimits, maxVariables: 2 };
    expect(errorsOf({ ...text, variables }, limits)).toEqual(['too-many /content/variables']);
    expect(() => checkContent({ ...text, variables: variables.slice(1) }, limits)).not.toThrow();
  });
});

describe('tools', () => {
  const errorsOfTools = (...tools: unknown[]) => errorsOf({ ...text, tools });

  it.each(['', 'a b', 'a.b', 'x'.repeat(65)])('refuse the name %j', (name) => {
    expect(errorsOfTools({ name })).toEqual(['wrong-pattern /content/tools/0/name']);
  });

  it('have names of their own', () => {
    expect(errorsOfTools({ name: 'a' }, { name: 'a' })).toEqual([
      'duplicate-name /content/tools/1/name',
    ]);
  });

  it('take a JSON Schema as parameters', () => {
    expect(
      errorsOfTools({ name: 'a' }, { name: 'b', parameters: { properties: { x: 1 } } }),
    ).toEqual(['invalid-schema /content/tools/1/parameters/properties/x']);
    expect(errorsOfTools({ name: 'a', parameters: true })).toEqual([
      'wrong-type /content/tools/0/parameters',
    ]);
  });
});

describe("the caller's schemas", () => {
  it.each([
    ['invalid-schema', '/type', { type: 'strin' }],
    ['invalid-schema', '/items', { items: [{ type: 'string' }] }],
    ['invalid-schema', '/properties/a~1b/minimum', { properties: { 'a/b': { minimum: 'x' } } }],
    ['invalid-schema', '/$defs/a', { $defs: { a: null } }],
    ['invalid-schema', '/properties', { properties: { ['k'.repeat(300)]: 1 } }],
    ['unknown-dialect', '/$schema', { $schema: 'http://json-schema.org/draft-07/schema#' }],
    ['unknown-dialect', '/$schema', { $schema: {} }],
  ])('answer %s at %s', (code, place, outputSchema) => {
    expect(errorsOf({ ...text, outputSchema })).toEqual([`${code} /content/outputSchema${place}`]);
  });

  it.each([
    {},
    { $schema: 'https://json-schema.org/draft/2020-12/schema', $id: 'https://a.example/s' },
    { $ref: 'https://unreachable.example/schema' },
    { $ref: '#/$defs/loop', $defs: { loop: { $ref: '#/$defs/loop' } } },
    { pattern: '(a+)+$', 'x-own-keyword': [1] },
  ])('are never compiled or followed, only held to the meta-schema: %j', (outputSchema) => {
    expect(() => checkContent({ ...text, outputSchema })).not.toThrow();
  });
});

describe('sizes', () => {
  it('count the UTF-8 bytes of the canonical text', () => {
    const content = { kind: 'text', text: 'é' };
    const limits = {
      ...contentLimits,
      maxContentBytes: Buffer.byteLength(JSON.stringify(content)),
    };
    expect(() => checkContent(content, limits)).not.toThrow();
    const { code, message } = problemOf({ ...content, text: 'éa' }, limits);
    expect(code).toBe('content-too-large');
    expect(message).toContain('28 bytes');
  });

  it('allow 256 KiB by default', () => {
    const overhead = JSON.stringify({ kind: 'text', text: '' }).length;
    const longest = 'x'.repeat(256 * 1024 - overhead);
    expect(() => checkContent({ kind: 'text', text: longest })).not.toThrow();
    expect(problemOf({ kind: 'text', text: `${longest}x` }).code).toBe('content-too-large');
  });

  it('allow 16 KiB of model parameters', () => {
    const withParameters = (length: number) => ({
      ...text,
      model: { parameters: { a: 'x'.repeat(length) } },
    });
    const longest = 16 * 1024 - '{"a":""}'.length;
    expect(() => checkContent(withParameters(longest))).not.toThrow();
    expect(errorsOf(withParameters(longest + 1))).toEqual(['too-large /content/model/parameters']);
  });
});

describe('hostile content ends quickly in a short answer', () => {
  const nested = (depth: number) => {
    let value: unknown = {};
    for (let level = 1; level < depth; level += 1) value = { not: value };
    return value;
  };

  it('when it nests without end', () => {
    expect(errorsOf({ ...text, outputSchema: nested(100_000) })).toEqual(['too-deep /content']);
    expect(() => checkContent({ ...text, outputSchema: nested(63) })).not.toThrow();
    expect(errorsOf({ ...text, outputSchema: nested(64) })).toEqual(['too-deep /content']);
  });

  // ajv took minutes for the first two while the items held a $ref; Jest's timeout catches that.
  it.each([
    ['messages', { kind: 'chat', messages: Array<number>(130_000).fill(1) }],
    ['variables', { ...text, variables: Array<number>(130_000).fill(1) }],
    ['tools', { ...text, tools: Array<object>(87_000).fill({}) }],
    ['examples', { kind: 'structured', sections: { task: 't', examples: Array(130_000).fill(1) } }],
    ['keys', { ...text, ...Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [i, 1])) }],
    ['duplicate names', { ...text, tools: Array<object>(18_000).fill({ name: 'a' }) }],
  ])('when it is made of bad %s', (_name, content) => {
    expect(problemOf(content).errors).toHaveLength(50);
  });

  it('whatever it is: every refusal is a Problem below /content', () => {
    const junk = fc.jsonValue({ maxDepth: 3 });
    const field = fc.constantFrom(
      ...['text', 'messages', 'sections', 'variables', 'outputSchema', 'tools', 'model', 'x'],
    );
    const value = fc
      .tuple(fc.constantFrom('text', 'chat', 'structured', 'x'), fc.dictionary(field, junk))
      .map(([kind, fields]) => parsed(JSON.stringify({ kind, ...fields })));
    fc.assert(
      fc.property(value, (content) => {
        try {
          expect(checkContent(content)).toBe(content);
        } catch (error) {
          if (!(error instanceof Problem)) throw error;
          expect(error.errors.length).toBeGreaterThan(0);
          expect(error.errors.every(({ pointer }) => pointer.startsWith('/content'))).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});
