import { matchesPromptPatterns } from '../../access/index.js';
import type { RecordedEvent } from '../../platform/events/index.js';
import type { WebhookDraft } from './webhook.js';
import { webhookEventTypes } from './webhook-event-types.js';

const everyEvent = '*';
const anyBelow = '.*';
const everyPrompt = '*';
const known: ReadonlySet<string> = new Set(webhookEventTypes);

/** Whether an event may be told to webhooks at all. */
export function mayLeave(type: string): boolean {
  return known.has(type);
}

/** Whether a text asks for something: `*`, an event type, or the beginning of one followed by `.*`. */
export function isEventPattern(text: string): boolean {
  return text === everyEvent || webhookEventTypes.some((type) => matchesType(text, type));
}

/**
 * Whether a webhook wants an event. One for some prompts hears of what is about one prompt only:
 * what is about several, or about none, would tell it of others.
 */
export function wantsEvent(
  { events, prompts }: Pick<WebhookDraft, 'events' | 'prompts'>,
  event: Pick<RecordedEvent, 'type' | 'data'>,
): boolean {
  if (!mayLeave(event.type) || !events.some((one) => matchesType(one, event.type))) return false;
  if (prompts.includes(everyPrompt)) return true;
  const prompt = event.data?.prompt;
  return typeof prompt === 'string' && matchesPromptPatterns(prompts, prompt);
}

function matchesType(pattern: string, type: string): boolean {
  if (pattern === everyEvent || pattern === type) return true;
  // The dot stays in the prefix: without it a neighbour with a longer name would match.
  return pattern.endsWith(anyBelow) && type.startsWith(pattern.slice(0, -1));
}
