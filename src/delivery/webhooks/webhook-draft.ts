import { isPromptPattern } from '../../access/index.js';
import { type FieldError, validationFailed } from '../../platform/errors/index.js';
import { isEventPattern } from './event-filter.js';
import type { WebhookDraft } from './webhook.js';
import { webhookEventTypes } from './webhook-event-types.js';

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
const eventRule = `must be *, an event type, or the beginning of one and .*; the types are ${webhookEventTypes.join(', ')}`;
const promptRule = 'must be *, a prompt name, or a folder of prompts followed by /*';

/**
 * The draft with its defaults: everything that may be told, of every prompt. The address is kept as
 * it will be called.
 *
 * @param kept patterns of events that the webhook has and that may stay, whatever they ask for
 * @throws validation-failed listing every place at fault
 */
export function parseWebhookDraft(
  request: WebhookRequest,
  judgeUrl: JudgeUrl,
  kept: readonly string[] = [],
): WebhookDraft {
  const { url, events = ['*'], prompts = ['*'], description = null } = request;
  const errors = [
    ...urlFaults(url, judgeUrl),
    ...patternFaults(
      '/events',
      events,
      (one) => kept.includes(one) || isEventPattern(one),
      eventRule,
    ),
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
