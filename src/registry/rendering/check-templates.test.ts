import { Problem } from '../../platform/errors/index.js';
import { type Content, type Variable } from '../content/content.js';
import { checkTemplates } from './check-templates.js';

const variables: readonly Variable[] = [
  { name: 'name', type: 'string' },
  { name: 'vip', type: 'boolean' },
  { name: 'user', type: 'object' },
  { name: 'items', type: 'array' },
  { name: 'history', type: 'messages' },
];

function text(source: string): Content {
  return { kind: 'text', text: source, variables };
}

function problemOf(content: Content): Problem {
  try {
    checkTemplates(content);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('the templates were accepted');
}

/** The code of the problem, then those of its errors. */
function codesOf(content: Content): readonly string[] {
  const { code, errors } = problemOf(content);
  return [code, ...errors.map((error) => error.code)];
}

describe('checkTemplates', () => {
  it.each([
    'Hello {{name}}, {{user.address.city}}',
    '{{#vip}}{{name}}{{/vip}}{{^vip}}{{name}}{{/vip}}',
    '{{#name}}{{.}}{{/name}}',
    '{{#items}}{{.}} {{title}} {{#parts}}{{.}}{{number}}{{/parts}} {{name}}{{/items}}',
    '{{#user}}{{first}} {{address.city}}{{/user}}',
    '{{#user.address}}{{city}}{{/user.address}}',
    '{{#history}}{{role}}: {{content}}{{/history}}',
    '{{#items}}{{#vip}}{{title}}{{/vip}}{{/items}}',
    '{{#items}}{{items}}{{/items}}',
  ])('accepts %s', (source) => {
    expect(() => checkTemplates(text(source))).not.toThrow();
  });

  it.each([
    ['{{nmae}}', 'nmae'],
    ['{{nmae.first}}', 'nmae'],
    ['{{#nmae}}{{/nmae}}', 'nmae'],
    ['{{^nmae}}{{/nmae}}', 'nmae'],
    ['{{#vip}}{{nmae}}{{/vip}}', 'nmae'],
    ['{{#name}}{{nmae}}{{/name}}', 'nmae'],
    ['{{^items}}{{nmae}}{{/items}}', 'nmae'],
    ['{{#items}}{{/items}}{{title}}', 'title'],
    ['{{constructor}}', 'constructor'],
    ['{{toString}}', 'toString'],
    ['{{__proto__.x}}', '__proto__'],
  ])('refuses the undeclared name in %s', (source, name) => {
    expect(problemOf(text(source))).toMatchObject({
      code: 'undeclared-variable',
      errors: [
        {
          pointer: '/content/text',
          code: 'undeclared-variable',
          detail: `Line 1: "${name}" is not a declared variable; declare it or correct the name.`,
        },
      ],
    });
  });

  it.each([
    ['{{.}}', 'no-section'],
    ['{{#.}}{{/.}}', 'no-section'],
    ['{{^items}}{{.}}{{/items}}', 'no-section'],
    ['{{items}}', 'not-printable'],
    ['{{user}}', 'not-printable'],
    ['{{history}}', 'not-printable'],
    ['{{#user}}{{.}}{{/user}}', 'not-printable'],
    ['{{name.first}}', 'no-fields'],
    ['{{items.length}}', 'no-fields'],
  ])('refuses %s, which no input can make right', (source, code) => {
    expect(codesOf(text(source))).toEqual(['invalid-template', code]);
  });

  it('names an undeclared variable once for each text that has it, at its first line', () => {
    const content: Content = {
      kind: 'chat',
      messages: [
        { role: 'system', content: 'Hello\n{{a}} {{a}}' },
        { role: 'user', content: '{{a}} {{b}}' },
      ],
    };
    expect(problemOf(content).errors).toEqual([
      expect.objectContaining({
        pointer: '/content/messages/0/content',
        detail: expect.stringContaining('Line 2: "a"'),
      }),
      expect.objectContaining({ pointer: '/content/messages/1/content' }),
      expect.objectContaining({
        pointer: '/content/messages/1/content',
        detail: expect.stringContaining('"b"'),
      }),
    ]);
  });

  it('looks at every text of a structured prompt', () => {
    const content: Content = {
      kind: 'structured',
      sections: {
        role: '{{a}}',
        task: '{{a}}',
        context: '{{a}}',
        constraints: ['', '{{a}}'],
        outputFormat: '{{a}}',
        examples: [{ input: '{{a}}', output: '{{a}}' }],
      },
    };
    expect(
      problemOf(content)
        .errors.map(({ pointer }) => pointer)
        .sort(),
    ).toEqual([
      '/content/sections/constraints/1',
      '/content/sections/context',
      '/content/sections/examples/0/input',
      '/content/sections/examples/0/output',
      '/content/sections/outputFormat',
      '/content/sections/role',
      '/content/sections/task',
    ]);
  });

  it('wants a placeholder to name a variable of type messages', () => {
    const chat = (placeholder: string): Content => ({
      kind: 'chat',
      messages: [{ placeholder }],
      variables,
    });
    expect(() => checkTemplates(chat('history'))).not.toThrow();
    expect(codesOf(chat('name'))).toEqual(['invalid-template', 'wrong-type']);
    expect(codesOf(chat('past'))).toEqual(['undeclared-variable', 'undeclared-variable']);
    expect(problemOf(chat('past')).errors[0]?.pointer).toBe('/content/messages/0/placeholder');
  });

  it('reports the syntax faults of all texts together', () => {
    const content: Content = {
      kind: 'chat',
      messages: [
        { role: 'system', content: '{{a' },
        { role: 'user', content: '{{#a}}' },
      ],
    };
    expect(codesOf(content)).toEqual(['invalid-template', 'unclosed-tag', 'unclosed-section']);
  });

  it('refuses includes', () => {
    expect(problemOf(text('\n{{> common/safety@^2}}'))).toMatchObject({
      code: 'includes-not-supported',
      errors: [
        {
          pointer: '/content/text',
          code: 'includes-not-supported',
          detail: expect.stringContaining('Line 2: {{> common/safety@^2}}'),
        },
      ],
    });
  });

  it('answers a bounded number of errors', () => {
    const names = Array.from({ length: 500 }, (_, index) => `{{v${index}}}`);
    expect(problemOf(text(names.join(''))).errors).toHaveLength(50);
  });

  it('warns of each variable that is declared and never used', () => {
    expect(checkTemplates(text('{{#items}}{{name}}{{/items}}{{user.x}}'))).toEqual([
      expect.objectContaining({ pointer: '/content/variables/1', code: 'unused-variable' }),
      expect.objectContaining({ pointer: '/content/variables/4', code: 'unused-variable' }),
    ]);
  });
});
