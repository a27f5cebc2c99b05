import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { type Content, type Tool } from '../content/content.js';
import { bumps } from './contract-change.js';
import { requiredBump } from './required-bump.js';

const content = {
  kind: 'text',
  text: 'Hello {{name}}',
  variables: [{ name: 'name', type: 'string' }],
} as const satisfies Content;

const search: Tool = {
  name: 'search',
  description: 'Finds tickets.',
  parameters: { type: 'object', properties: { q: { type: 'string' } } },
};

describe('requiredBump', () => {
  it.each<[string, Partial<Content>, Partial<Content>, string, string, string]>([
    ['another text', {}, { text: 'Hi {{name}}' }, 'patch', 'text-changed', '/text'],
    ['a first schema', {}, { outputSchema: {} }, 'major', 'output-schema-added', '/outputSchema'],
    [
      'another schema',
      { outputSchema: { type: 'object' } },
      { outputSchema: { type: 'array' } },
      'major',
      'output-schema-changed',
      '/outputSchema',
    ],
    ['no schema', { outputSchema: {} }, {}, 'major', 'output-schema-removed', '/outputSchema'],
    ['a tool', {}, { tools: [search] }, 'minor', 'tool-added', '/tools/0'],
    ['no tool', { tools: [search] }, { tools: [] }, 'major', 'tool-removed', '/tools/0'],
    [
      'other tool parameters',
      { tools: [search] },
      { tools: [{ ...search, parameters: {} }] },
      'major',
      'tool-parameters-changed',
      '/tools/0/parameters',
    ],
    [
      'other words about a tool',
      { tools: [search] },
      { tools: [{ ...search, description: 'Searches.' }] },
      'patch',
      'tool-description-changed',
      '/tools/0/description',
    ],
    ['a model', {}, { model: { name: 'small' } }, 'minor', 'model-changed', '/model'],
    [
      'a model setting',
      { model: {} },
      { model: { parameters: {} } },
      'minor',
      'model-changed',
      '/model',
    ],
    ['an empty list', {}, { tools: [] }, 'patch', 'content-rewritten', ''],
  ])('takes %s as it is for callers', (_, before, after, bump, code, path) => {
    const base = { ...content, ...before } as Content;
    const next = { ...content, ...after } as Content;
    expect(requiredBump(base, next)).toMatchObject({ bump, reasons: [{ code, path, bump }] });
  });

  it('takes another kind as major and does not compare the texts of different kinds', () => {
    const next: Content = { kind: 'structured', sections: { task: 'Greet {{name}}' } };
    expect(requiredBump({ kind: 'text', text: 'Hello' }, next)).toMatchObject({
      bump: 'major',
      reasons: [{ code: 'kind-changed', path: '/kind' }],
    });
  });

  it('takes the messages and sections as wording', () => {
    const chat = (role: 'system' | 'user'): Content => ({
      kind: 'chat',
      messages: [{ role, content: 'Hello' }, { placeholder: 'history' }],
    });
    const structured = (task: string): Content => ({ kind: 'structured', sections: { task } });
    expect(requiredBump(chat('system'), chat('user'))).toMatchObject({
      bump: 'patch',
      reasons: [{ code: 'messages-changed', path: '/messages' }],
    });
    expect(requiredBump(structured('Greet'), structured('Thank'))).toMatchObject({
      bump: 'patch',
      reasons: [{ code: 'sections-changed', path: '/sections' }],
    });
  });

  it('does not look at the order of keys', () => {
    const reordered: Content = {
      tools: [{ parameters: { b: 1, a: 2 }, name: 'search' }],
      text: content.text,
      variables: [{ type: 'string', name: 'name' }],
      kind: 'text',
    };
    const tools = [{ name: 'search', parameters: { a: 2, b: 1 } }];
    expect(requiredBump({ ...content, tools }, reordered)).toEqual({ bump: 'none', reasons: [] });
  });

  it('takes another order of the variables as wording', () => {
    const [a, b] = [{ name: 'a', type: 'string' } as const, { name: 'b', type: 'string' } as const];
    expect(
      requiredBump({ ...content, variables: [a, b] }, { ...content, variables: [b, a] }),
    ).toMatchObject({ bump: 'patch', reasons: [{ code: 'content-rewritten' }] });
  });

  it('requires nothing of a content and itself', () => {
    fc.assert(
      fc.property(contents, (one) => {
        expect(requiredBump(one, structuredClone(one))).toEqual({ bump: 'none', reasons: [] });
      }),
    );
  });

  it('requires the highest bump of its reasons, and has a reason for every difference', () => {
    fc.assert(
      fc.property(contents, contents, (base, next) => {
        const { bump, reasons } = requiredBump(base, next);
        const highest = Math.max(0, ...reasons.map((reason) => bumps.indexOf(reason.bump)));
        expect(bump).toBe(bumps[highest]);
        expect(reasons.length === 0).toBe(isDeepStrictEqual(plain(base), plain(next)));
      }),
    );
  });

  it('takes back an addition only with a major bump', () => {
    const reversed = new Map([
      ['variable-added-optional', 'variable-removed'],
      ['tool-added', 'tool-removed'],
    ]);
    fc.assert(
      fc.property(contents, contents, (base, next) => {
        const there = requiredBump(base, next).reasons;
        const back = requiredBump(next, base).reasons.map(({ code, bump, path }) => ({
          code,
          bump,
          path,
        }));
        for (const { code, path } of there.filter((reason) => reversed.has(reason.code))) {
          expect(back).toContainEqual({ code: reversed.get(code), bump: 'major', path });
        }
      }),
    );
  });
});

const variable = fc.record(
  {
    name: fc.constantFrom('a', 'b', 'c'),
    type: fc.constantFrom('string' as const, 'number' as const),
    required: fc.boolean(),
    description: fc.constantFrom('one', 'other'),
  },
  { requiredKeys: ['name', 'type'] },
);
const schema = fc.constantFrom({}, { type: 'object' }, { type: 'string' });
const tool = fc.record(
  {
    name: fc.constantFrom('t', 'u'),
    description: fc.constantFrom('one', 'other'),
    parameters: schema,
  },
  { requiredKeys: ['name'] },
);
const byName = { selector: ({ name }: { name: string }) => name, maxLength: 3 };
const contract = {
  variables: fc.uniqueArray(variable, byName),
  outputSchema: schema,
  tools: fc.uniqueArray(tool, byName),
  model: fc.record({ name: fc.constantFrom('small', 'large') }),
};
const word = fc.constantFrom('Hello', 'Hi');
const message = fc.oneof(
  fc.record({ role: fc.constantFrom('system' as const, 'user' as const), content: word }),
  fc.record({ placeholder: word }),
);
const contents: fc.Arbitrary<Content> = fc.oneof(
  fc.record(
    { kind: fc.constant('text' as const), text: word, ...contract },
    { requiredKeys: ['kind', 'text'] },
  ),
  fc.record(
    {
      kind: fc.constant('chat' as const),
      messages: fc.array(message, { maxLength: 2 }),
      ...contract,
    },
    { requiredKeys: ['kind', 'messages'] },
  ),
  fc.record(
    { kind: fc.constant('structured' as const), sections: fc.record({ task: word }), ...contract },
    { requiredKeys: ['kind', 'sections'] },
  ),
);

/** Generated objects may lack a prototype, which JSON does not know. */
function plain(value: Content): unknown {
  return JSON.parse(JSON.stringify(value));
}
