import { type Content, type Message, type Sections, type Variable } from '../content/content.js';
import { renderContent } from './render-content.js';
import { renderLimits } from './render-budget.js';

const name: Variable = { name: 'name', type: 'string' };
const history: Variable = { name: 'history', type: 'messages', required: false };

function chat(messages: Extract<Content, { kind: 'chat' }>['messages']): Content {
  return { kind: 'chat', messages, variables: [name, history] };
}

function structured(sections: Sections, values = {}, variables: readonly Variable[] = []) {
  return renderContent({ kind: 'structured', sections, variables }, values);
}

describe('renderContent', () => {
  it('renders a text', () => {
    const content: Content = { kind: 'text', text: 'Hello {{name}}', variables: [name] };
    expect(renderContent(content, { name: '<Ada> {{name}}' })).toEqual({
      text: 'Hello <Ada> {{name}}',
    });
  });

  it('treats an optional variable without value as absent and false', () => {
    const variables = [{ ...name, required: false }];
    const content: Content = { kind: 'text', text: '[{{name}}{{#name}}x{{/name}}]', variables };
    expect(renderContent(content, {})).toEqual({ text: '[]' });
  });

  it("puts the caller's messages where the placeholder stands and renders none of them", () => {
    const sent: Message[] = [
      { role: 'user', content: '{{name}}' },
      { role: 'assistant', content: 'Yes' },
    ];
    const content = chat([
      { role: 'system', content: 'You help {{name}}.' },
      { placeholder: 'history' },
      { role: 'user', content: 'Go on.' },
    ]);
    expect(renderContent(content, { name: 'Ada', history: sent as never })).toEqual({
      messages: [
        { role: 'system', content: 'You help Ada.' },
        ...sent,
        { role: 'user', content: 'Go on.' },
      ],
    });
    expect(renderContent(content, { name: 'Ada' })).toMatchObject({
      messages: [{ role: 'system' }, { role: 'user' }],
    });
  });

  it("counts all messages against one limit, the caller's too", () => {
    const content = chat([{ role: 'system', content: '{{name}}' }, { placeholder: 'history' }]);
    const values = { name: '12345', history: [{ role: 'user', content: '12345' }] };
    const limits = (maxOutputBytes: number) => ({ ...renderLimits, maxOutputBytes });
    expect(() => renderContent(content, values, limits(10))).not.toThrow();
    expect(() => renderContent(content, values, limits(9))).toThrow(
      expect.objectContaining({ code: 'render-too-large' }),
    );
  });

  it('counts the headings of a structured prompt too', () => {
    const content: Content = { kind: 'structured', sections: { task: 'x', context: 'y' } };
    const bytes = 'x\n\n# Context\n\ny'.length;
    const limits = (maxOutputBytes: number) => ({ ...renderLimits, maxOutputBytes });
    expect(() => renderContent(content, {}, limits(bytes))).not.toThrow();
    expect(() => renderContent(content, {}, limits(bytes - 1))).toThrow(
      expect.objectContaining({ code: 'render-too-large' }),
    );
  });

  it('compiles a structured prompt with the stable sections first and the context last', () => {
    const sections: Sections = {
      context: 'Ticket: {{name}}',
      examples: [
        { input: 'a', output: 'b' },
        { input: 'c', output: 'd' },
      ],
      outputFormat: 'JSON',
      constraints: ['Be brief.', 'Be kind to {{name}}.'],
      task: 'Summarise.',
      role: 'You are a clerk.',
    };
    expect(structured(sections, { name: 'Ada' }, [name])).toEqual({
      messages: [
        {
          role: 'system',
          content: [
            'You are a clerk.',
            '# Constraints\n\n- Be brief.\n- Be kind to Ada.',
            '# Output format\n\nJSON',
            '# Examples',
            '## Example 1\n\nInput:\na\n\nOutput:\nb',
            '## Example 2\n\nInput:\nc\n\nOutput:\nd',
          ].join('\n\n'),
        },
        { role: 'user', content: 'Summarise.\n\n# Context\n\nTicket: Ada' },
      ],
    });
  });

  it('leaves out what renders to nothing, with its heading, but never the user message', () => {
    const hidden = '{{#name}}x{{/name}}';
    const sections = { task: 'Do it.', context: hidden, constraints: [hidden], outputFormat: ' ' };
    expect(structured(sections, {}, [{ ...name, required: false }])).toEqual({
      messages: [{ role: 'user', content: 'Do it.' }],
    });
  });

  it('refuses wrong values before it renders anything', () => {
    const content: Content = { kind: 'text', text: '{{name', variables: [name] };
    expect(() => renderContent(content, {})).toThrow(
      expect.objectContaining({ code: 'render-variables-invalid' }),
    );
  });

  it('refuses a content that was not checked rather than render it in part', () => {
    const content = (text: string): Content => ({ kind: 'text', text });
    expect(() => renderContent(content('{{> other}}'), {})).toThrow(
      expect.objectContaining({ code: 'includes-not-supported' }),
    );
    expect(() => renderContent(content('{{x'), {})).toThrow(
      expect.objectContaining({
        code: 'invalid-template',
        errors: [expect.objectContaining({ pointer: '/content/text' })],
      }),
    );
  });
});
