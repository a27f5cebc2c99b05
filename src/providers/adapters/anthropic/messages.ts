import { validationFailed } from '../../../platform/errors/index.js';
import type { CompletionRequest } from '../../../plugins/index.js';
import type { ModelAdapter } from '../model-adapter.js';
import { itemsOf, member, usageOf } from '../untrusted-json.js';

/** The version of the API that this file was written for. */
const apiVersion = '2023-06-01';
/** The API asks for a number. Every model takes as much as this. */
const defaultMaxTokens = 4_096;
const maxTemperature = 1;

/** The messages of Anthropic. */
export const anthropic: ModelAdapter = {
  request: ({ baseUrl, secret }, completion) => ({
    method: 'POST',
    url: `${baseUrl}/messages`,
    headers: {
      'X-Api-Key': secret,
      'Anthropic-Version': apiVersion,
      'Content-Type': 'application/json',
      Accept: 'application/json',
    },
    body: JSON.stringify(bodyOf(completion)),
  }),
  completion: (json) => {
    const texts = itemsOf(member(json, 'content')).flatMap((block) => {
      const text = member(block, 'type') === 'text' ? member(block, 'text') : undefined;
      return typeof text === 'string' ? [text] : [];
    });
    if (texts.length === 0) return undefined;
    const usage = member(json, 'usage');
    return {
      text: texts.join(''),
      usage: usageOf(member(usage, 'input_tokens'), member(usage, 'output_tokens')),
    };
  },
};

function bodyOf(completion: CompletionRequest) {
  refuseWhatItHasNot(completion);
  const { model, messages, parameters = {} } = completion;
  const { temperature, topP, maxTokens = defaultMaxTokens, stop } = parameters;
  const system = messages.filter(({ role }) => role === 'system').map(({ content }) => content);
  return {
    model,
    // What is undefined is left out of JSON.
    system: system.length === 0 ? undefined : system.join('\n\n'),
    messages: messages
      .filter(({ role }) => role !== 'system')
      .map(({ role, content }) => ({ role, content })),
    ...{ max_tokens: maxTokens, temperature, top_p: topP, stop_sequences: stop },
    stream: false,
  };
}

/** Left out in silence, the answer would be another one than the plugin asked for. */
function refuseWhatItHasNot({ messages, parameters = {} }: CompletionRequest): void {
  const { seed, temperature = 0 } = parameters;
  if (seed !== undefined) {
    throw validationFailed('Anthropic takes no seed: leave it out.');
  }
  if (temperature > maxTemperature) {
    throw validationFailed(`Anthropic takes a temperature from 0 to ${maxTemperature}.`);
  }
  const [first] = messages.filter(({ role }) => role !== 'system');
  if (first?.role !== 'user') {
    throw validationFailed('Anthropic needs a message of the user before any of the assistant.');
  }
}
