import { isPromptPattern } from '../../access/index.js';
import { type FieldError, validationFailed } from '../../platform/errors/index.js';
import { eventFamilies, isEventPattern } from './event-filter.js';
import type { WebhookDraft } from './webhook.js';

/** A draft as it arrives, with what was left out. */
export interface WebhookRequest {
  readonly url: string;
  readonly events?: readonly string[];
  readonly prompts?: readonly string[];
  readonly description?: string | null;
}

/** Why an address may not be called; undefined when it may, as far as can be told. */
export type JudgeUrl = (
  url: string,
) => { readonly code: string; readonly detail: string } | undefined;

const maxUrlLength = 2048;
const families = eventFamilies.map((family) => `${family}.*`).join(', ');
const eventRule = `must be *, or an event type or its beginning and .*, within ${families}`;
const promptRule = 'must be *, a prompt name, or a folder of prompts followed by /*';

/**
 * The draft with its defaults: everything that may be told, of every prompt. The address is kept as
 * it will be called.
 *
 * @throws validation-failed listing every place at fault
 */
export function parseWebhookDraft(request: WebhookRequest, judgeUrl: JudgeUrl): WebhookDraft {
  const { url, events = ['*'], prompts = ['*'], description = null } = request;
  const errors = [
    ...urlFaults(url, judgeUrl),
    ...patternFaults('/events', events, isEventPattern, eventRule),
    ...patternFaults('/prompts', prompts, isPromptPattern, promptRule),
  ];
  if (errors.length > 0)
    throw validationFailed('The webhook is not valid; see errors.', { errors });
  return {
    url: new URL(url).href,
    events: [...new Set(events)],
    prompts: [...new Set(prompts)],
    description,
  };
}

function urlFaults(url: string, judgeUrl: JudgeUrl): readonly FieldError[] {
  const fault = judgeUrl(url);
  if (fault) return [{ pointer: '/url', ...fault }];
  if (new URL(url).href.length <= maxUrlLength) return [];
  const detail = `must have at most ${maxUrlLength} characters once it is encoded`;
  return [{ pointer: '/url', code: 'too-long', detail }];
}

function patternFaults(
  pointer: string,
  patterns: readonly string[],
  isValid: (text: string) => boolean,
  detail: string,
): readonly FieldError[] {
  return patterns.flatMap((pattern, index) =>
    isValid(pattern) ? [] : [{ pointer: `${pointer}/${index}`, code: 'invalid-pattern', detail }],
  );
}
