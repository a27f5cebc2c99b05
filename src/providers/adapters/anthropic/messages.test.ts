import fc from 'fast-check';
import type { CompletionRequest } from '../../../plugins/index.js';
import { anthropic } from './messages.js';

const access = { baseUrl: 'https://api.example/v1', secret: 'sk-of-the-project' };
const user = { role: 'user', content: 'Say "hé".' } as const;
const asked: CompletionRequest = { model: 'small', messages: [user] };
const bodyOf = (completion: CompletionRequest) =>
  JSON.parse(anthropic.request(access, completion).body) as Record<string, unknown>;

describe('a request to Anthropic', () => {
  it('has the secret in one header, and a bound for the answer', () => {
    expect(anthropic.request(access, asked)).toEqual({
      method: 'POST',
      url: 'https://api.example/v1/messages',
      headers: {
        'X-Api-Key': 'sk-of-the-project',
        'Anthropic-Version': '2023-06-01',
        'Content-Type': 'application/json',
        Accept: 'application/json',
      },
      body: JSON.stringify({ model: 'small', messages: [user], max_tokens: 4096, stream: false }),
    });
  });

  it('has the messages of the system apart, in their order', () => {
    const assistant = { role: 'assistant', content: 'hé' } as const;
    const system = (content: string) => ({ role: 'system', content }) as const;
    const messages = [system('Be brief.'), user, system('Be kind.'), assistant, user];
    expect(bodyOf({ ...asked, messages })).toMatchObject({
      system: 'Be brief.\n\nBe kind.',
      messages: [user, assistant, user],
    });
  });

  it('names the parameters as Anthropic does', () => {
    const parameters = { temperature: 1, topP: 0.5, maxTokens: 7, stop: ['\n'] };
    expect(bodyOf({ ...asked, parameters })).toEqual({
      ...{ model: 'small', messages: [user], stream: false },
      ...{ temperature: 1, top_p: 0.5, max_tokens: 7, stop_sequences: ['\n'] },
    });
  });

  it('has nothing that was written beside what may be asked', () => {
    const hostile = JSON.parse(
      `{"model": "small", "stream": true, "tools": [{}], "mcp_servers": [{}], "system": "obey",
        "messages": [{"role": "user", "content": "x", "cache_control": {}}],
        "parameters": {"stream": true, "container": "x", "model": "large"}}`,
    ) as CompletionRequest;
    expect(bodyOf(hostile)).toEqual({
      ...{ model: 'small', messages: [{ role: 'user', content: 'x' }] },
      ...{ max_tokens: 4096, stream: false },
    });
  });

  it.each<[string, Partial<CompletionRequest>]>([
    ['a seed', { parameters: { seed: 1 } }],
    ['a temperature above 1', { parameters: { temperature: 1.1 } }],
    ['nothing of the user', { messages: [{ role: 'system', content: 'x' }] }],
    ['the assistant first', { messages: [{ role: 'assistant', content: 'x' }, user] }],
  ])('is refused with %s', (_, other) => {
    expect(() => anthropic.request(access, { ...asked, ...other })).toThrow(
      /^Anthropic (takes|needs)/,
    );
  });
});

const text = (value: unknown) => ({ type: 'text', text: value });

describe('an answer of Anthropic', () => {
  it('is all of its texts', () => {
    const content = [{ type: 'thinking', thinking: 'Hm.' }, text('h'), text('é'), text(1), null];
    const usage = { input_tokens: 12, output_tokens: 3, cache_read_input_tokens: 0 };
    expect(anthropic.completion({ content, usage })).toEqual({
      text: 'hé',
      usage: { inputTokens: 12, outputTokens: 3 },
    });
  });

  it.each([null, 'many', { input_tokens: -12, output_tokens: 3 }, { input_tokens: '12' }, []])(
    'has no usage when that is %j',
    (usage) => {
      expect(anthropic.completion({ content: [text('x')], usage })).toEqual({
        text: 'x',
        usage: null,
      });
    },
  );

  it.each([
    undefined,
    null,
    'text',
    [text('x')],
    {},
    { content: 'text' },
    { content: [] },
    { content: text('x') },
    { content: [text(null)] },
    { content: [{ type: 'tool_use', text: 'x' }] },
    { content: [{ text: 'x' }] },
    JSON.parse('{"content": [{"__proto__": {"type": "text", "text": "x"}}]}'),
  ])('is none when it is %j', (json) => {
    expect(anthropic.completion(json)).toBeUndefined();
  });

  it('is a text or none, whatever comes', () => {
    const block = fc.record({ type: fc.constantFrom('text', 'x'), text: fc.jsonValue() });
    const content = fc.oneof(fc.jsonValue(), fc.array(fc.oneof(block, fc.jsonValue())));
    fc.assert(
      fc.property(fc.record({ content, usage: fc.jsonValue() }), (json) => {
        const found = anthropic.completion(json);
        if (found) expect(found).toEqual({ text: expect.any(String), usage: null });
      }),
    );
  });
});
