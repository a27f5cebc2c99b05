import type { CompletionRequest } from '../../../plugins/index.js';
import type { ModelAdapter } from '../model-adapter.js';
import { itemsOf, member, usageOf } from '../untrusted-json.js';

/** What bounds the answer: OpenAI's newer models refuse the name that everybody else knows. */
type LengthField = 'max_completion_tokens' | 'max_tokens';

/** The chat completions of OpenAI, and of whatever speaks them. */
function chatCompletions(lengthField: LengthField): ModelAdapter {
  return {
    request: ({ baseUrl, secret }, completion) => ({
      method: 'POST',
      url: `${baseUrl}/chat/completions`,
      headers: {
        Authorization: `Bearer ${secret}`,
        'Content-Type': 'application/json',
        Accept: 'application/json',
      },
      body: JSON.stringify(bodyOf(completion, lengthField)),
    }),
    completion: (json) => {
      const [choice] = itemsOf(member(json, 'choices'));
      const text = member(member(choice, 'message'), 'content');
      if (typeof text !== 'string') return undefined;
      const usage = member(json, 'usage');
      return {
        text,
        usage: usageOf(member(usage, 'prompt_tokens'), member(usage, 'completion_tokens')),
      };
    },
  };
}

function bodyOf({ model, messages, parameters = {} }: CompletionRequest, lengthField: LengthField) {
  const { temperature, topP, maxTokens, stop, seed } = parameters;
  return {
    model,
    messages: messages.map(({ role, content }) => ({ role, content })),
    // What is undefined is left out of JSON.
    ...{ temperature, top_p: topP, [lengthField]: maxTokens, stop, seed },
    stream: false,
  };
}

export const openai = chatCompletions('max_completion_tokens');
export const openaiCompatible = chatCompletions('max_tokens');
