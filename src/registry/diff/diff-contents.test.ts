import { applyPatch } from 'diff';
import fc from 'fast-check';
import { type Content } from '../content/content.js';
import { diffContents } from './diff-contents.js';
import { type Hunk } from './line-hunks.js';
import { readableContent } from './readable-content.js';

function diff(from: Content, to: Content) {
  return diffContents({ version: '1.0.0', content: from }, { version: '1.1.0', content: to });
}

const greeting = {
  kind: 'text',
  text: 'Hello {{name}}\n',
  variables: [{ name: 'name', type: 'string' }],
} as const satisfies Content;

describe('diffContents', () => {
  it('says what differs for callers, in the text and in the whole', () => {
    const tone = { name: 'tone', type: 'string', default: 'kind' } as const;
    const next: Content = {
      ...greeting,
      text: 'Hello {{name}}\nStay {{tone}}\n',
      variables: [...greeting.variables, tone],
    };
    expect(diff(greeting, next)).toEqual({
      from: '1.0.0',
      to: '1.1.0',
      requiredBump: 'minor',
      reasons: [
        {
          code: 'variable-added-optional',
          bump: 'minor',
          path: '/variables/1',
          detail: 'Variable "tone" is new and optional.',
        },
        { code: 'text-changed', bump: 'patch', path: '/text', detail: 'The text changed.' },
      ],
      contract: { variables: { added: [tone], removed: [], changed: [] } },
      text: [
        {
          path: 'text',
          hunks: [
            {
              oldStart: 1,
              oldLines: 1,
              newStart: 1,
              newLines: 2,
              lines: [' Hello {{name}}', '+Stay {{tone}}'],
            },
          ],
        },
      ],
      unified: [
        '--- 1.0.0',
        '+++ 1.1.0',
        '@@ -3,6 +3,7 @@',
        ' ',
        ' [text]',
        ' Hello {{name}}',
        '+Stay {{tone}}',
        ' ',
        ' ',
        ' [variables/name]',
        '@@ -10,3 +11,10 @@',
        '   "name": "name",',
        '   "type": "string"',
        ' }',
        '+',
        '+[variables/tone]',
        '+{',
        '+  "default": "kind",',
        '+  "name": "tone",',
        '+  "type": "string"',
        '+}',
        '',
      ].join('\n'),
    });
  });

  it('is empty for equal contents', () => {
    expect(diff(greeting, structuredClone(greeting))).toMatchObject({
      requiredBump: 'none',
      reasons: [],
      contract: { variables: { added: [], removed: [], changed: [] } },
      text: [],
      unified: '',
    });
  });

  it('pairs variables and tools by name and shows the rest of the contract before and after', () => {
    const base: Content = {
      ...greeting,
      tools: [{ name: 'search' }, { name: 'close' }],
      model: { name: 'small' },
    };
    const next: Content = {
      kind: 'structured',
      sections: { task: 'Greet {{name}}' },
      variables: [{ name: 'name', type: 'string', maxLength: 9 }],
      outputSchema: { type: 'object' },
      tools: [{ name: 'close', description: 'Closes.' }],
    };
    expect(diff(base, next).contract).toEqual({
      kind: { from: 'text', to: 'structured' },
      variables: {
        added: [],
        removed: [],
        changed: [{ name: 'name', from: greeting.variables[0], to: next.variables![0] }],
      },
      outputSchema: { from: null, to: { type: 'object' } },
      tools: {
        added: [],
        removed: [{ name: 'search' }],
        changed: [
          {
            name: 'close',
            from: { name: 'close' },
            to: { name: 'close', description: 'Closes.' },
          },
        ],
      },
      model: { from: { name: 'small' }, to: null },
    });
  });

  it('compares every text place by its path, also one that only one side has', () => {
    const chat: Content = {
      kind: 'chat',
      messages: [{ role: 'system', content: 'Be kind.' }, { placeholder: 'history' }],
    };
    const structured: Content = {
      kind: 'structured',
      sections: {
        role: 'Agent',
        task: 'Greet',
        context: 'Shop',
        constraints: ['Short', 'Kind'],
        outputFormat: 'Text',
        examples: [{ input: 'Hi', output: 'Hello' }],
      },
    };
    expect(diff(chat, structured).text.map(({ path }) => path)).toEqual([
      'messages/0/content',
      'sections/role',
      'sections/task',
      'sections/constraints/0',
      'sections/constraints/1',
      'sections/outputFormat',
      'sections/examples/0/input',
      'sections/examples/0/output',
      'sections/context',
    ]);
    expect(diff(structured, structured).text).toEqual([]);
  });

  it('shows a changed role and placeholder in the whole only', () => {
    const chat = (role: 'system' | 'user', placeholder: string): Content => ({
      kind: 'chat',
      messages: [{ role, content: 'Be kind.' }, { placeholder }],
    });
    const { text, unified } = diff(chat('system', 'before'), chat('user', 'history'));
    expect(text).toEqual([]);
    expect(unified).toContain('-[messages/0/content, system]\n+[messages/0/content, user]\n');
    expect(unified).toContain('-before\n+history\n');
  });

  it('gives a unified diff that patches the readable form of one content to the other', () => {
    fc.assert(
      fc.property(texts, texts, (from, to) => {
        const patched = applyPatch(readableContent(from), diff(from, to).unified);
        expect(patched).toBe(readableContent(to));
      }),
    );
  });
});

describe('the bound on the work of a diff', () => {
  /** Lines that repeat make every diagonal of the search long. */
  const repeating = (lines: number, period: number) =>
    Array.from({ length: lines }, (_, line) => (line % period === 0 ? 'b' : 'a')).join('\n');

  it('replaces large texts that differ all over', () => {
    const from: Content = { kind: 'text', text: repeating(131_072, 2) };
    const to: Content = { kind: 'text', text: repeating(131_072, 3) };
    const { text, unified } = diff(from, to);
    expect(text).toHaveLength(1);
    expect(text[0]!.hunks.map(isWholeReplacement)).toEqual([true]);
    expect(unified.match(/^@@.*@@$/gm)).toEqual(['@@ -1,131076 +1,131076 @@']);
  });

  it('still finds a small change in a large text', () => {
    const large = repeating(131_072, 2);
    const { text } = diff({ kind: 'text', text: large }, { kind: 'text', text: `${large}\nend` });
    expect(text[0]!.hunks.map(isWholeReplacement)).toEqual([false]);
  });

  it('replaces a short text that is rewritten in more lines than the search may try', () => {
    const lines = (word: string) => Array.from({ length: 300 }, (_, line) => `${word} ${line}`);
    const prompt = (word: string): Content => ({ kind: 'text', text: lines(word).join('\n') });
    expect(diff(prompt('old'), prompt('new')).text[0]!.hunks.map(isWholeReplacement)).toEqual([
      true,
    ]);
  });

  it('counts all text places together', () => {
    const chat = (messages: number, changed: string): Content => ({
      kind: 'chat',
      messages: Array.from({ length: messages }, () => ({
        role: 'user' as const,
        content: repeating(1000, 2) + `\n${changed}`.repeat(20),
      })),
    });
    const replaced = (messages: number) =>
      diff(chat(messages, 'old'), chat(messages, 'new')).text.map(({ hunks }) =>
        hunks.every(isWholeReplacement),
      );
    expect(replaced(1)).toEqual([false]);
    expect(replaced(200)).toEqual(Array.from({ length: 200 }, () => true));
  });
});

function isWholeReplacement({ lines }: Hunk): boolean {
  return lines.every((line) => !line.startsWith(' '));
}

const texts: fc.Arbitrary<Content> = fc.record({
  kind: fc.constant('text' as const),
  text: fc
    .array(fc.constantFrom('a', 'b', '', '[text]'), { maxLength: 8 })
    .map((l) => l.join('\n')),
  variables: fc.uniqueArray(
    fc.record({ name: fc.constantFrom('a', 'b'), type: fc.constant('string' as const) }),
    { selector: ({ name }) => name },
  ),
});
