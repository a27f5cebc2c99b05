import fc from 'fast-check';
import type { CompletionRequest } from '../../../plugins/index.js';
import { openai, openaiCompatible } from './chat-completions.js';

const access = { baseUrl: 'https://api.example/v1', secret: 'sk-of-the-project' };
const asked: CompletionRequest = {
  model: 'small',
  messages: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'Say "hé".' },
  ],
};
const everything = { temperature: 0, topP: 1, maxTokens: 7, stop: ['\n'], seed: 0 };
const bodyOf = (adapter: typeof openai, completion: CompletionRequest) =>
  JSON.parse(adapter.request(access, completion).body) as Record<string, unknown>;

describe('a request to OpenAI', () => {
  it('has the secret in one header, and the messages as they are', () => {
    expect(openai.request(access, asked)).toEqual({
      method: 'POST',
      url: 'https://api.example/v1/chat/completions',
      headers: {
        Authorization: 'Bearer sk-of-the-project',
        'Content-Type': 'application/json',
        Accept: 'application/json',
      },
      body: JSON.stringify({ model: 'small', messages: asked.messages, stream: false }),
    });
  });

  it.each([
    ['OpenAI', openai, 'max_completion_tokens'],
    ['others', openaiCompatible, 'max_tokens'],
  ] as const)('names the parameters as %s know them', (_, adapter, lengthField) => {
    expect(bodyOf(adapter, { ...asked, parameters: everything })).toEqual({
      ...{ model: 'small', messages: asked.messages, stream: false },
      ...{ temperature: 0, top_p: 1, [lengthField]: 7, stop: ['\n'], seed: 0 },
    });
  });

  it('has nothing that was written beside what may be asked', () => {
    const hostile = JSON.parse(
      `{"model": "small", "stream": true, "n": 1000, "tools": [{}], "url": "https://x.example",
        "messages": [{"role": "user", "content": "x", "name": "y", "tool_calls": []}],
        "parameters": {"stream": true, "n": 9, "model": "large", "messages": [], "logit_bias": {}}}`,
    ) as CompletionRequest;
    expect(bodyOf(openai, hostile)).toEqual({
      ...{ model: 'small', messages: [{ role: 'user', content: 'x' }], stream: false },
    });
    expect(openai.request(access, hostile).url).toBe('https://api.example/v1/chat/completions');
  });
});

const answer = (message: unknown, usage?: unknown) => ({ choices: [{ message }], usage });

describe('an answer of OpenAI', () => {
  it('is its first choice', () => {
    const usage = { prompt_tokens: 12, completion_tokens: 3, total_tokens: 15 };
    const json = { id: 'x', choices: [{ message: { content: 'hé' } }, {}], usage };
    expect(openai.completion(json)).toEqual({
      text: 'hé',
      usage: { inputTokens: 12, outputTokens: 3 },
    });
  });

  it.each([
    undefined,
    null,
    {},
    { prompt_tokens: 12 },
    { prompt_tokens: -1, completion_tokens: 3 },
    { prompt_tokens: '12', completion_tokens: '3' },
    { prompt_tokens: 1.5, completion_tokens: 3 },
    { prompt_tokens: 1e300, completion_tokens: 3 },
    { prompt_tokens: null, completion_tokens: 3 },
    [12, 3],
  ])('has no usage when that is %j', (usage) => {
    expect(openai.completion(answer({ content: 'hé' }, usage))).toEqual({
      text: 'hé',
      usage: null,
    });
  });

  it.each([
    undefined,
    null,
    'text',
    42,
    [],
    {},
    { choices: {} },
    { choices: [] },
    { choices: [null] },
    { choices: 'text' },
    { choices: { 0: { message: { content: 'x' } } } },
    answer(undefined),
    answer('text'),
    answer({ content: null, refusal: 'No.' }),
    answer({ content: ['text'] }),
    answer({ content: { toString: 'text' } }),
    JSON.parse('{"choices": [{"message": {"__proto__": {"content": "x"}}}]}'),
  ])('is none when it is %j', (json) => {
    expect(openai.completion(json)).toBeUndefined();
  });

  it('is a text or none, whatever comes', () => {
    const orElse = (shape: fc.Arbitrary<unknown>) => fc.oneof(shape, fc.jsonValue());
    const message = orElse(fc.record({ content: orElse(fc.string()) }));
    const choices = orElse(fc.array(orElse(fc.record({ message }))));
    const tree = orElse(fc.record({ choices, usage: fc.jsonValue() }));
    fc.assert(
      fc.property(tree, (json) => {
        const found = openai.completion(json);
        if (found) expect(found).toEqual({ text: expect.any(String), usage: null });
      }),
    );
  });
});
